/** `npm run bench`: what Plenum costs and how fast it is, next to references. */
import { join, resolve } from "node:path";
import { bytes } from "./benches/bytes.ts";
import { fanOut } from "./benches/fan-out.ts";
import { findRoom } from "./benches/find-room.ts";
import { idleMemory } from "./benches/idle-memory.ts";
import { joins } from "./benches/joins.ts";
import { oneByOne } from "./benches/one-by-one.ts";
import { takeover } from "./benches/takeover.ts";
import { votes } from "./benches/votes.ts";
import type { Bench } from "./kit/bench.ts";
import { thisMachine } from "./kit/machine.ts";
import { rounded } from "./kit/numbers.ts";
import { type BenchResult, resultOf, save } from "./kit/report.ts";
import { takeTurns } from "./kit/rounds.ts";
import { takeTurn } from "./kit/turn.ts";
import { Workbench } from "./kit/workbench.ts";
import { help, readSettings, type Settings } from "./settings.ts";

const benches: readonly Bench[] = [
	findRoom,
	joins,
	votes,
	oneByOne,
	fanOut,
	bytes,
	idleMemory,
	takeover,
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
		for (const bench of settings.benches) await measure(bench, settings);
		return 0;
	} catch (error) {
		// What is cut short by being interrupted fails in all kinds of ways.
		if (!isInterrupted) console.error(`plenum bench: ${(error as Error).message}`);
		return 1;
	}
}

async function measure(bench: Bench, settings: Settings): Promise<void> {
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
		const sides = await bench.prepare(workbench, say);
		const turns = await takeTurns({
			...{ sides, say, measures: bench.measures, runs: settings.runs ?? bench.runs },
			takeTurn: (side, run) => takeTurn(side, run, workbench.ours),
		});
		const result = resultOf(bench, sides, turns, thisMachine());
		const path = await save(out, result);
		for (const line of verdicts(result)) say(line);
		say(`report in ${path}`);
	} finally {
		for (const signal of STOPPING) process.off(signal, interrupted);
		await workbench.close();
	}
}

function verdicts({ ratios, measures }: BenchResult): readonly string[] {
	return ratios.map(({ measure, subject, reference, spread, isMet }) => {
		const label = measures.find(({ key }) => key === measure)?.label ?? measure;
		const { median, least, most } = spread;
		const goal = isMet === undefined ? "" : isMet ? "  goal met" : "  GOAL MISSED";
		return `${label}, ${subject} / ${reference}: ${rounded(median)} (${rounded(least)} to ${rounded(most)})${goal}`;
	});
}
