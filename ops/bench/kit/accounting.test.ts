import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpuSeconds, nameOf, parentOf, residentBytes } from "./accounting.ts";
import { disturbanceBetween, metered } from "./meter.ts";
import { parseMachineTimes, parseProcessTimes, parseResidentBytes } from "./proc-text.ts";

const IS_LINUX = process.platform === "linux";

describe("the accounting of the benches", () => {
	it("[Z2] reads a process's times, whatever its name is", () => {
		const text =
			"77 (a) b (c) S 12 77 77 0 -1 4194304 100 0 0 0 150 50 30 20 20 0 1 0 286478 3133440 356\n";
		assert.deepEqual(parseProcessTimes(text), { parent: 12, own: 2, reaped: 0.5 });
	});

	it("[Z2] counts what processes and other machines took as busy, interrupts as neither", () => {
		const text = "cpu  100 10 40 300 50 9999 9999 50 7 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
		assert.deepEqual(parseMachineTimes(text), { busy: 2, steal: 0.5, all: 5.5 });
	});

	it("[Z2] reads memory, and says nothing where it is missing", () => {
		assert.equal(parseResidentBytes("Name:\tx\nVmRSS:\t    20 kB\nVmData:\t 9 kB\n"), 20_480);
		assert.equal(parseResidentBytes("Name:\tx\nState:\tZ\n"), undefined);
	});

	it("[Z2] charges a process with its children, also those that have ended", async () => {
		const before = await cpuSeconds(process.pid);
		const burn =
			"const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end);";
		spawnSync(process.execPath, ["--eval", burn]);
		const after = await cpuSeconds(process.pid);
		if (!IS_LINUX) return assert.deepEqual([before, after], [undefined, undefined]);
		assert.ok(before !== undefined && after !== undefined);
		assert.ok(after - before >= 0.19, `${after - before} s`);
	});

	it("[Z2] knows a process's parent, name and memory, and nothing of one that is gone", async () => {
		const { pid } = spawnSync(process.execPath, ["--version"]);
		const ofThis = [await parentOf(process.pid), await residentBytes(process.pid)];
		if (!IS_LINUX) assert.deepEqual(ofThis, [undefined, undefined]);
		else assert.ok(ofThis[0] === process.ppid && (ofThis[1] ?? 0) > 1e6);
		for (const look of [cpuSeconds, parentOf, nameOf, residentBytes]) {
			assert.equal(await look(pid), undefined);
		}
	});

	it("[Z3] the disturbance is what others took of the whole machine", () => {
		const at = (busy: number, all: number, ours: number) => ({
			machine: { busy, all, steal: 0 },
			ours,
		});
		assert.equal(disturbanceBetween(at(10, 100, 5), at(16, 110, 9)), 0.2);
		assert.equal(disturbanceBetween(at(10, 100, 5), at(14, 110, 9.5)), 0);
		assert.equal(disturbanceBetween(at(10, 100, 5), at(10, 100, 5)), 0);
		const unknown = { machine: undefined, ours: 1 };
		assert.equal(disturbanceBetween(unknown, unknown), undefined);
		const machine = { busy: 1, all: 2, steal: 0 };
		assert.equal(disturbanceBetween({ machine, ours: undefined }, at(2, 4, 1)), undefined);
	});

	it("[Z3] parts that cannot be measured are left out", async () => {
		const watched = { server: [process.pid], database: [], gone: [2 ** 22 + 1] };
		const { cpu, memory, disturbance } = await metered(watched, [], async () => {});
		const measurable = IS_LINUX ? ["server"] : [];
		assert.deepEqual(Object.keys(cpu), ["driver", ...measurable]);
		assert.deepEqual(Object.keys(memory), measurable);
		assert.equal(typeof disturbance, IS_LINUX ? "number" : "undefined");
	});
});
