/** `npm run bench`: what Plenum costs and how fast it is, next to references. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { allAtOnce } from "./benches/all-at-once.ts";
import { bigRoom } from "./benches/big-room.ts";
import { bytes } from "./benches/bytes.ts";
import { fanOut } from "./benches/fan-out.ts";
import { findRoom } from "./benches/find-room.ts";
import { idleMemory } from "./benches/idle-memory.ts";
import { joins } from "./benches/joins.ts";
import { manyRooms } from "./benches/many-rooms.ts";
import { oneByOne } from "./benches/one-by-one.ts";
import { openLoop } from "./benches/open-loop.ts";
import { pageBench } from "./benches/page.ts";
import { rehydrate } from "./benches/rehydrate.ts";
import { soak } from "./benches/soak.ts";
import { takeover } from "./benches/takeover.ts";
import { tenThousand } from "./benches/ten-thousand.ts";
import { twoProcesses } from "./benches/two-processes.ts";
import { votes } from "./benches/votes.ts";
import type { Bench } from "./kit/bench.ts";
import { compare, comparisonTable, readResults } from "./kit/compare.ts";
import { findingsOf } from "./kit/findings.ts";
import { thisMachine } from "./kit/machine.ts";
import { picture } from "./kit/picture.ts";
import { type BenchResult, resultOf, save } from "./kit/report.ts";
import { REPEATS_MAX, takeTurns } from "./kit/rounds.ts";
import { takeTurn } from "./kit/turn.ts";
import { Workbench } from "./kit/workbench.ts";
import { help, readSettings, type Settings } from "./settings.ts";

const benches: readonly Bench[] = [
	...[votes, oneByOne, allAtOnce, openLoop, joins, fanOut, bytes],
	...[bigRoom, tenThousand, twoProcesses, takeover],
	...[findRoom, manyRooms, rehydrate, idleMemory, pageBench, soak],
];
const STOPPING = ["SIGINT", "SIGTERM"] as const;
let isInterrupted = false;

process.exitCode = await main();

async function main(): Promise<number> {
	let settings: Settings | undefined;
	try {
		settings = readSettings(process.argv.slice(2), benches);
	} catch (error) {
		console.error(`plenum bench: ${(error as Error).message}\n\n${help(benches)}`);
		return 2;
	}
	if (settings === undefined) {
		console.log(help(benches));
		return 0;
	}
	try {
		// Read first: it may be the directory that this run writes to.
		const before = settings.compare === undefined ? [] : await readResults(settings.compare);
		const results: BenchResult[] = [];
		for (const bench of settings.benches) results.push(await measure(bench, settings));
		if (settings.picture !== undefined) await draw(settings.out, settings.picture);
		if (settings.compare === undefined) return 0;
		const compared = compare(before, results);
		console.log(comparisonTable(compared));
		return compared.some(({ isLost }) => isLost) ? 1 : 0;
	} catch (error) {
		// What is cut short by being interrupted fails in all kinds of ways.
		if (!isInterrupted) console.error(`plenum bench: ${(error as Error).message}`);
		return 1;
	}
}

async function measure(bench: Bench, settings: Settings): Promise<BenchResult> {
	const { scale } = settings;
	const out = resolve(settings.out);
	const startedAt = performance.now();
	const say = (line: string): void => {
		const seconds = Math.round((performance.now() - startedAt) / 1000);
		console.log(`${`${seconds}`.padStart(4)} s  ${bench.name}: ${line}`);
	};
	const profiles = join(out, "profiles", bench.name);
	const flags = settings.isProfiling ? ["--cpu-prof", `--cpu-prof-dir=${profiles}`] : [];
	const workbench = await Workbench.open(flags);
	const interrupted = (): void => {
		isInterrupted = true;
		void workbench.close().finally(() => process.exit(130));
	};
	for (const signal of STOPPING) process.once(signal, interrupted);
	try {
		say("starting what it needs");
		const sides = await bench.prepare(workbench, say, scale);
		const turns = await takeTurns({
			...{ sides, say, measures: bench.measures, runs: settings.runs ?? bench.runs },
			repeatsMax: scale.isQuick ? 0 : REPEATS_MAX,
			takeTurn: (side, run) => takeTurn(side, run, () => workbench.ours),
		});
		const result = resultOf(bench, scale, sides, turns, thisMachine());
		const path = await save(out, result);
		for (const line of verdicts(result)) say(line);
		say(`report in ${path}`);
		return result;
	} finally {
		for (const signal of STOPPING) process.off(signal, interrupted);
		await workbench.close();
	}
}

async function draw(results: string, file: string): Promise<void> {
	await writeFile(file, picture(await readResults(results)));
	console.log(`picture in ${file}`);
}

function verdicts(result: BenchResult): readonly string[] {
	return findingsOf(result).map(
		({ what, subject, reference, valueText, spreadText, goal, isMet }) => {
			const sides = reference === "" ? subject : `${subject} / ${reference}`;
			const spread = spreadText === "" ? "" : ` (${spreadText})`;
			const verdict = goal === "" ? "" : `  ${isMet ? "goal met" : "GOAL MISSED"}: ${goal}`;
			return `${what}, ${sides}: ${valueText}${spread}${verdict}`;
		},
	);
}
