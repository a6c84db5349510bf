import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { counterExample } from "./checker/counter-example.ts";
import { drillNames, drills, fitted } from "./drill-table.ts";
import { agreement } from "./kit/agreement.ts";
import { faults } from "./kit/faults.ts";
import { HistoryWriter, pollEvents, runEvents } from "./kit/history.ts";
import { seededRandom } from "./kit/random.ts";
import { SecretWatch } from "./kit/secrets.ts";
import { sizesOf } from "./kit/swarm.ts";
import { groupsOf } from "./run-drills.ts";
import { readSettings } from "./settings.ts";

describe("npm run drill", () => {
	it("[F3] has its usual measure unless told otherwise", () => {
		const { seed, ...settings } = readSettings(["zombie"]) ?? {};
		assert.deepEqual(settings, {
			...{ names: ["zombie"], minutes: 2, people: 60, processes: 3 },
			...{ seconds: undefined, out: "./drills", keepsHistory: false },
		});
		assert.ok(Number.isInteger(seed));
		assert.deepEqual(readSettings(["all"])?.names, drillNames);
		assert.deepEqual(readSettings(["mixed,zombie"])?.names, ["mixed", "zombie"]);
		assert.equal(readSettings(["mutants"])?.names, "mutants");
		assert.equal(readSettings(["--help"]), undefined);
		assert.equal(readSettings(["postgres-away", "--seconds", "300"])?.seconds, 300);
	});

	it("[F3] says which argument is wrong", () => {
		for (const [args, message] of [
			[[], /^name one drill$/],
			[["zombie", "mixed"], /^name one drill$/],
			[["unplug"], /^there is no drill "unplug"$/],
			[["mixed", "--minutes", "0"], /^--minutes must be a number from 0.05 to 1440$/],
			[["mixed", "--minutes", ""], /^--minutes/],
			[["mixed", "--seed", "1.5"], /^--seed must be a whole number from 0 to 2147483647$/],
			[["mixed", "--people", "11"], /^--people/],
			[["postgres-away", "--seconds", "0"], /^--seconds must be a number from 1 to 3600$/],
			[["mixed", "--processes", "1"], /^--processes/],
			[["mixed", "--out", ""], /^--out must name a directory$/],
			[["mixed", "--gently"], /--gently/],
		] as const) {
			assert.throws(() => readSettings([...args]), { message }, args.join(" "));
		}
	});

	it("[F4] every fault has a drill of its own, and at least a third of mixed is kill -9", () => {
		for (const name of Object.keys(faults)) assert.ok(Object.hasOwn(drills, name), name);
		const mixed: readonly string[] = drills.mixed.faults;
		const kills = mixed.filter((name) => name.startsWith("kill-")).length;
		assert.ok(kills * 3 >= mixed.length, `${kills} of ${mixed.length}`);
	});

	it("[F4] a short run has short faults, and drills share servers where they can", () => {
		assert.deepEqual(fitted(drills.zombie, 0.1).holdMs, [3_000, 3_000]);
		assert.deepEqual(fitted(drills.zombie, 10).holdMs, [15_000, 15_000]);
		assert.deepEqual(fitted(drills["postgres-away"], 0.1).holdMs, [3_000, 3_000]);
		assert.deepEqual(fitted(drills["postgres-away"], 0.1, 300).holdMs, [300_000, 300_000]);
		assert.deepEqual(fitted(drills.zombie, 10, 300).holdMs, [15_000, 15_000]);
		assert.deepEqual(groupsOf(["zombie", "disk-full", "mixed", "kill-redis"]), [
			["zombie", "kill-redis"],
			["disk-full"],
			["mixed"],
		]);
	});

	it("[F4] a seed repeats its chance, and has all of it", () => {
		const draw = (seed: number) => {
			const random = seededRandom(seed);
			return Array.from({ length: 1_000 }, () => random.next());
		};
		assert.deepEqual(draw(7), draw(7));
		assert.notDeepEqual(draw(7), draw(8));
		const mean = draw(3).reduce((sum, value) => sum + value, 0) / 1_000;
		assert.ok(mean > 0.45 && mean < 0.55, `${mean}`);
		assert.deepEqual([...seededRandom(1).shuffled([1, 2, 3, 4])].sort(), [1, 2, 3, 4]);
	});

	it("[F4] one poll is large and the others small, and nobody is left over", () => {
		assert.deepEqual(sizesOf(60), [36, 6, 6, 6, 6]);
		assert.deepEqual(sizesOf(12), [6, 6]);
		assert.equal(sizesOf(1000).length, 20);
	});

	it("[F5] the history is on disk, and a counter-example comes with two seconds around it", async () => {
		const directory = await mkdtemp(join(tmpdir(), "plenum-drill-test-"));
		try {
			let now = 0;
			const history = new HistoryWriter(directory, () => now);
			history.run({ kind: "phase", name: "voting" });
			for (const t of [1_000, 4_000, 5_000, 6_500, 9_000]) {
				now = t;
				history.poll({ kind: "left", poll: "one", who: `at ${t}` });
			}
			history.run({ kind: "phase", name: "settled" });
			await history.close();
			const times = async (events: AsyncIterable<{ readonly t: number }>) => {
				const all: number[] = [];
				for await (const { t } of events) all.push(t);
				return all;
			};
			assert.deepEqual(await times(runEvents(directory)), [0, 9_000]);
			assert.equal((await times(pollEvents(directory, "one"))).length, 5);
			const late = { property: 1, sentence: "late", poll: "one", t: 5_100 } as const;
			const found = await counterExample(directory, [{ ...late, t: undefined }, late]);
			assert.equal(found?.finding, late);
			assert.deepEqual(
				found?.around.map((line) => JSON.parse(line).t),
				[4_000, 5_000, 6_500],
			);
			assert.equal(await counterExample(directory, []), undefined);
		} finally {
			await rm(directory, { recursive: true, force: true });
		}
	});

	it("[F8] screens are waited for, and who was behind is known", async () => {
		const looks = [["host (q1)", "projector (q1)"], ["projector (q1)"], []];
		const { ms: _ms, ...reached } = await agreement(60_000, async () => looks.shift() ?? []);
		assert.deepEqual(reached, { isReached: true, behind: ["projector (q1)"] });
		const { ms, ...missed } = await agreement(100, async () => ["person 3 (not connected)"]);
		assert.deepEqual(missed, { isReached: false, behind: ["person 3 (not connected)"] });
		assert.ok(ms > 100);
	});

	it("[F6] a host's secret in what people are sent is noticed", () => {
		const seen: string[] = [];
		const watch = new SecretWatch((poll) => seen.push(poll));
		watch.plant("one", "secret-of-one");
		watch.plant("two", "secret-of-two");
		watch.look(Buffer.from("nothing here, secret-of-three"));
		watch.look(Buffer.from('{"hostToken":"secret-of-two"}'));
		assert.deepEqual([seen, watch.pieces], [["two"], 2]);
	});
});
