import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createMetrics } from "./metrics.ts";

const metrics = createMetrics("1.2.3");

describe("metrics", () => {
	it("[M1] each has our prefix or is Node's own, a help text, a unit or _total where it has one", async () => {
		const all = await metrics.registry.getMetricsAsJSON();
		ok(all.length > 50);
		for (const { name, help, type } of all) {
			match(name, /^(plenum|nodejs|process)_[a-z0-9_]+$/);
			ok(help.length > 10, `${name}: ${help}`);
			if (!name.startsWith("plenum_")) continue;
			equal(name.endsWith("_total"), String(type) === "counter", name);
			ok(!/_(ms|millis|mb|kb)(_|$)/.test(name), `${name} is in seconds and bytes`);
		}
	});

	it("[M1] no label can hold a code, a name or an id", () => {
		const labels = metrics.registry
			.getMetricsAsArray()
			.filter(({ name }) => name.startsWith("plenum_"))
			.flatMap((metric) => ("labelNames" in metric ? (metric.labelNames as string[]) : []));
		deepEqual(
			[...new Set(labels)].sort(),
			[
				"class",
				"method",
				"name",
				"node",
				"outcome",
				"pool",
				"quantile",
				"reason",
				"role",
				"route",
				"state",
				"type",
				"version",
				"kind",
			].sort(),
		);
	});

	it("[M1] two sets share nothing", async () => {
		const other = createMetrics("1.2.3");
		other.votesReceived.inc(7);
		equal((await metrics.votesReceived.get()).values[0]?.value, 0);
		equal((await other.votesReceived.get()).values[0]?.value, 7);
	});

	it("[M1] says what is running, and nothing of a Redis that nobody asked for", async () => {
		const text = await metrics.registry.metrics();
		match(text, /^plenum_build_info\{version="1\.2\.3",node="v\d+\.\d+\.\d+"\} 1$/m);
		ok(!/^plenum_(redis|db)_up /m.test(text));
	});
});
