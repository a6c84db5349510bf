/** One poll's history and journal, streamed through all checks that need nothing but the two. */
import type { Asked, PollEvent } from "../kit/history-events.ts";
import { BallotCheck } from "./ballots.ts";
import { CloseCheck } from "./closing.ts";
import type { ActivationRow, JournalRow } from "./journal-rows.ts";
import type { LossWindows } from "./loss-windows.ts";
import { OwnershipCheck } from "./ownership.ts";
import type { Findings } from "./properties.ts";
import { ScreenCheck } from "./screens.ts";
import type { Timing } from "./timing.ts";

export interface Ledger {
	readonly activations: readonly ActivationRow[];
	/** In the order of `seq`. */
	readonly rows: AsyncIterable<JournalRow> | Iterable<JournalRow>;
}

export async function checkPoll(
	poll: string,
	history: AsyncIterable<PollEvent> | Iterable<PollEvent>,
	ledger: Ledger,
	findings: Findings,
	timing: Timing,
	windows: LossWindows,
): Promise<void> {
	const ballots = new BallotCheck(poll, findings, windows);
	const screens = new ScreenCheck(poll, findings, windows);
	const closing = new CloseCheck(poll, findings, windows);
	const ownership = new OwnershipCheck(poll, ledger.activations, findings);
	const open = new Map<number, Asked>();

	for await (const event of history) {
		switch (event.kind) {
			case "poll":
				screens.made(event.visibility);
				break;
			case "invoke":
				open.set(event.id, event);
				if (event.op === "vote") {
					ballots.asked(event);
					closing.voteAsked(event);
				} else if (event.op !== "forbidden") closing.hostAsked(event);
				break;
			case "ok": {
				const asked = take(open, event.id);
				timing.ended(asked, event);
				if (asked.op === "vote") {
					ballots.answered(asked, event);
					closing.voteAnswered(asked, event);
				} else if (asked.op === "forbidden") {
					findings.look(13);
					const sentence = `${asked.who} was allowed ${asked.what}`;
					findings.found({ property: 13, sentence, poll, t: event.t });
				} else closing.hostAnswered(asked, event);
				break;
			}
			case "fail":
			case "info": {
				const asked = take(open, event.id);
				timing.ended(asked, event);
				if (asked.op === "forbidden") findings.look(13);
				break;
			}
			case "picture":
				screens.saw(event);
				break;
			case "left":
				screens.left(event.who);
				break;
			case "final":
				screens.final(event);
				break;
			case "leak":
				findings.found({ property: 13, sentence: event.what, poll, t: event.t });
				break;
			case "converged":
				timing.converged(event);
				break;
		}
	}
	for (const asked of open.values()) timing.neverEnded(asked);

	for await (const row of ledger.rows) {
		ballots.row(row);
		screens.row(row);
		closing.row(row);
		ownership.row(row);
	}
	for (const check of [ballots, screens, closing, ownership]) check.end();
}

function take(open: Map<number, Asked>, id: number): Asked {
	const asked = open.get(id);
	if (asked === undefined) throw new Error(`the history answers ${id}, which nobody asked`);
	open.delete(id);
	return asked;
}
