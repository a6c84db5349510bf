/** What the checker says of a run that is all in memory. */
import { checkPoll } from "../checker/poll-check.ts";
import { type Finding, Findings } from "../checker/properties.ts";
import { Timing } from "../checker/timing.ts";
import { POLL, type Run } from "./sound-run.ts";

export async function judge(run: Run): Promise<readonly Finding[]> {
	const findings = new Findings();
	const timing = new Timing(findings);
	const events = [...run.events].sort((a, b) => a.t - b.t);
	for (const event of run.run) timing.run(event);
	await checkPoll(POLL, events, run, findings, timing);
	timing.judgeRecoveries();
	return findings.first;
}
