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
