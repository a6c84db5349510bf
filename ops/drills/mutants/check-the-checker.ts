/**
 * `npm run drill -- mutants`. What a broken server leaves behind is planted in histories, and the
 * checker has to find it. A database that lies about durability, and processes that trust Redis
 * instead of the epoch, are drilled for real. Other parts of the server are broken where that can be
 * done: in the seeded simulation and in the race on PostgreSQL, whose own tests are run for it.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../settings.ts";
import { caught, judge } from "./judge.ts";
import { lies } from "./lies.ts";
import { caughtLive, liveMutants } from "./live.ts";
import { liesOfRestores, restoredRun } from "./restored-run.ts";
import { soundRun } from "./sound-run.ts";

/** Mutants of the server, by the test that has to catch them. */
const ELSEWHERE = [
	{
		file: "server/test/simulation/simulation.test.ts",
		grep: "the simulation catches",
		mutants: [
			"acknowledging before the commit",
			"no fence",
			"no row lock",
			"FOR KEY SHARE instead of FOR SHARE",
			"activation in one statement",
			"state shown before the commit",
			"asking instead of resending",
			"a client that never stores its revision",
			"a client that stores its revision after sending",
			"a fenced room that keeps acknowledging",
			"closing beside the queue",
		],
	},
	{
		file: "server/journal/sql-race.int.test.ts",
		grep: "mutant:",
		mutants: ["no lock", "FOR KEY SHARE", "activation in one statement, on PostgreSQL"],
	},
] as const;

/** Resolves to whether each was caught, and nothing was found in what is sound. */
export async function checkTheChecker(
	settings: Settings,
	print: (line: string) => void,
	progress: (line: string) => void,
): Promise<boolean> {
	let areAllCaught = true;
	const told = (name: string, by: string | undefined): void => {
		print(`${by === undefined ? "MISSED" : "caught"}  ${name}${by === undefined ? "" : `: ${by}`}`);
		areAllCaught &&= by !== undefined;
	};
	for (const [sound, about] of [
		[soundRun, lies],
		[restoredRun, liesOfRestores],
	] as const) {
		const [falseAlarm] = await judge(sound());
		if (falseAlarm !== undefined) {
			print(`WRONG   a sound run: ${falseAlarm.sentence}`);
			areAllCaught = false;
		}
		for (const lie of about) {
			const found = await caught(sound, lie);
			told(lie.name, found && `property ${lie.breaks}, ${found.sentence}`);
		}
	}
	for (const mutant of liveMutants) told(mutant.name, await caughtLive(mutant, settings, progress));
	for (const { file, grep, mutants } of ELSEWHERE) {
		const root = process.cwd();
		if (!existsSync(join(root, file))) {
			print(`MISSED  ${file} is only in a checkout: run this at its root`);
			areAllCaught = false;
			continue;
		}
		const mocha = join(root, "node_modules/mocha/bin/mocha.js");
		const isCaught = await succeeds(
			[mocha, "--forbid-pending", "--fail-zero", "--grep", grep, file],
			root,
		);
		for (const mutant of mutants) told(mutant, isCaught ? file : undefined);
	}
	return areAllCaught;
}

function succeeds(args: readonly string[], cwd: string): Promise<boolean> {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
		child.once("error", () => resolve(false));
		child.once("exit", (code) => resolve(code === 0));
	});
}
