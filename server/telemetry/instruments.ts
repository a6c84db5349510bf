/** Shorthands to define metrics in one registry, under one prefix. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

const PREFIX = "plenum_";

export function instruments() {
	const registry = new Registry();
	const settings = <Label extends string>(name: string, help: string, labelNames: Label[]) => ({
		name: `${PREFIX}${name}`,
		help,
		labelNames,
		registers: [registry],
	});
	return {
		registry,
		counter: <Label extends string = never>(name: string, help: string, ...labels: Label[]) =>
			new Counter<Label>(settings(name, help, labels)),
		/** Counts plain numbers by the values of one label: a counter hashes its labels at every `inc`. */
		tally: <Value extends string>(
			name: string,
			help: string,
			label: string,
			values: readonly Value[],
		) => {
			const counts = Object.fromEntries(values.map((value) => [value, 0])) as Record<Value, number>;
			new Counter({
				...settings(name, help, [label]),
				collect() {
					this.reset();
					for (const value of values) this.inc({ [label]: value }, counts[value]);
				},
			});
			return counts;
		},
		gauge: <Label extends string = never>(name: string, help: string, ...labels: Label[]) =>
			new Gauge<Label>(settings(name, help, labels)),
		histogram: <Label extends string = never>(
			name: string,
			help: string,
			buckets: readonly number[],
			...labels: Label[]
		) => new Histogram<Label>({ ...settings(name, help, labels), buckets: [...buckets] }),
	};
}
