/** A whole run: every poll's history and journal, one after the other, and what needs them all. */
import { pollEvents, runEvents } from "../kit/history.ts";
import { checkPoll, type Ledger } from "./poll-check.ts";
import { Findings } from "./properties.ts";
import { Timing } from "./timing.ts";

export interface CheckedRun {
	readonly findings: Findings;
	readonly timing: Timing;
}

export async function checkRun(
	directory: string,
	polls: readonly string[],
	ledgerOf: (poll: string) => Promise<Ledger>,
): Promise<CheckedRun> {
	const findings = new Findings();
	const timing = new Timing(findings);
	for await (const event of runEvents(directory)) timing.run(event);
	for (const poll of polls) {
		await checkPoll(poll, pollEvents(directory, poll), await ledgerOf(poll), findings, timing);
	}
	timing.judgeRecoveries();
	return { findings, timing };
}
