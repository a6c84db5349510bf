/** A journal whose answers the test gives by hand: every append waits until it is told its outcome. */
import type { PollId } from "../../../schema/ids.ts";
import type { Journal, JournalRow } from "../../journal/journal.ts";

export interface AppendCall {
	readonly rows: readonly JournalRow[];
	/** Answers: every poll of the batch passed, but for these. */
	answer(...fenced: readonly PollId[]): void;
	/** Rejects with an error of this SQLSTATE; without one it is a lost connection. */
	fail(sqlState?: string): void;
}

export interface ScriptedJournal extends Journal {
	/** Every append so far, oldest first. */
	readonly calls: readonly AppendCall[];
	readonly last: AppendCall;
	/** Appends that wait for their outcome. */
	readonly inFlight: number;
}

export function scriptedJournal(): ScriptedJournal {
	const calls: AppendCall[] = [];
	let inFlight = 0;
	const unused = (): never => {
		throw new Error("a group commit only appends");
	};

	return {
		calls,
		get last() {
			const call = calls.at(-1);
			if (call === undefined) throw new Error("nothing was appended yet");
			return call;
		},
		get inFlight() {
			return inFlight;
		},
		append(rows) {
			inFlight += 1;
			return new Promise<ReadonlySet<PollId>>((resolve, reject) => {
				calls.push({
					rows,
					answer(...fenced) {
						resolve(new Set(rows.map((row) => row.pollId).filter((id) => !fenced.includes(id))));
					},
					fail(code) {
						reject(Object.assign(new Error(code ?? "connection lost"), code && { code }));
					},
				});
			}).finally(() => {
				inFlight -= 1;
			});
		},
		activate: unused,
		read: unused,
		epochsOf: unused,
	};
}
