/**
 * Reads of polls that have ended, from a standby: results and exports, which are large and may come at
 * once when everybody goes home. It is asked only where it has every row that the primary has; whatever
 * else, and whatever it fails at, the primary answers. Nothing that a live poll rests on comes from here.
 */
import type { PollId } from "../../schema/ids.ts";
import type { Timers } from "../lib/timers.ts";
import type { Connection } from "./database.ts";

type Reading = Pick<Connection, "query">;

/** One that failed is not asked again before. */
const LEFT_ALONE_MS = 10_000;

/** Of the last row, and whether nothing but removals can follow. */
const ENDED = `SELECT max(seq) AS seq, coalesce(bool_or(kind = 'poll-ended'), false) AS ended
FROM journal WHERE poll_id = $1::uuid`;
const LAST = `SELECT max(seq) AS seq FROM journal WHERE poll_id = $1::uuid`;

export interface ReadingEnded {
	/** For the statements of one answer, which then all come from the same place unless that fails. */
	of(pollId: PollId): Reading;
}

export function readingEnded(
	primary: Reading,
	replica: Reading,
	timers: Pick<Timers, "now">,
): ReadingEnded {
	let aloneUntil = Number.NEGATIVE_INFINITY;

	async function place(pollId: PollId): Promise<Reading> {
		if (timers.now() < aloneUntil) return primary;
		// After a failure one asks for all: whoever comes meanwhile does not wait with them.
		if (aloneUntil > Number.NEGATIVE_INFINITY) leaveAlone();
		const values = [pollId];
		const there = await replica
			.query<{ seq: number | null; ended: boolean }>({ name: "poll-ended", text: ENDED, values })
			.catch(leaveAlone);
		if (there === undefined) return primary;
		aloneUntil = Number.NEGATIVE_INFINITY;
		if (there[0]?.ended !== true) return primary;
		const here = await primary.query<{ seq: number | null }>({
			name: "poll-last",
			text: LAST,
			values,
		});
		return here[0]?.seq === there[0].seq ? replica : primary;
	}

	function leaveAlone(): undefined {
		aloneUntil = timers.now() + LEFT_ALONE_MS;
	}

	return {
		of(pollId) {
			let found: Promise<Reading> | undefined;
			return {
				async query<Row>(statement: Parameters<Reading["query"]>[0]) {
					found ??= place(pollId);
					const reading = await found;
					if (reading === primary) return primary.query<Row>(statement);
					try {
						return await reading.query<Row>(statement);
					} catch {
						// A standby also cancels what stands in the way of what it replays.
						leaveAlone();
						found = Promise.resolve(primary);
						return primary.query<Row>(statement);
					}
				},
			};
		},
	};
}
