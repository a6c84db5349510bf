/** What the checker says of a run that is all in memory. */
import { LossWindows } from "../checker/loss-windows.ts";
import { checkPoll } from "../checker/poll-check.ts";
import { type Finding, Findings } from "../checker/properties.ts";
import { Timing } from "../checker/timing.ts";
import type { Lie } from "./lies.ts";
import { POLL, type Run } from "./sound-run.ts";

/** The finding that gives a lie away, one that no busy machine excuses unless the lie is lateness. */
export async function caught(
	sound: () => Run,
	{ breaks, isLate, tell }: Lie,
): Promise<Finding | undefined> {
	const run = sound();
	tell(run);
	const findings = await judge(run);
	return findings.find((found) => found.property === breaks && (isLate || !found.isLate));
}

export async function judge(run: Run): Promise<readonly Finding[]> {
	const findings = new Findings();
	const timing = new Timing(findings);
	const events = [...run.events].sort((a, b) => a.t - b.t);
	const windows = new LossWindows();
	for (const event of run.run) {
		timing.run(event);
		if (event.kind === "restored") windows.add(event);
	}
	await checkPoll(POLL, events, run, findings, timing, windows);
	timing.judgeRecoveries();
	return findings.first;
}
