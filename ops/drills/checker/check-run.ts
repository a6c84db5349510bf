/** A whole run: every poll's history and journal, one after the other, and what needs them all. */
import { pollEvents, runEvents } from "../kit/history.ts";
import { LossWindows } from "./loss-windows.ts";
import { checkPoll, type Ledger } from "./poll-check.ts";
import { Findings } from "./properties.ts";
import { Timing } from "./timing.ts";
import { Vitals } from "./vitals.ts";

export interface CheckedRun {
	readonly findings: Findings;
	readonly timing: Timing;
	readonly vitals: Vitals;
}

export async function checkRun(
	directory: string,
	polls: readonly string[],
	ledgerOf: (poll: string) => Promise<Ledger>,
): Promise<CheckedRun> {
	const findings = new Findings();
	const timing = new Timing(findings);
	const vitals = new Vitals();
	const windows = new LossWindows();
	for await (const event of runEvents(directory)) {
		timing.run(event);
		vitals.run(event);
		if (event.kind === "restored") windows.add(event);
	}
	for (const poll of polls) {
		const history = pollEvents(directory, poll);
		await checkPoll(poll, history, await ledgerOf(poll), findings, timing, windows);
	}
	timing.judgeRecoveries();
	return { findings, timing, vitals };
}
