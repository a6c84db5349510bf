/**
 * Sends one batch until the database has answered for every poll in it.
 *
 * `retry` and `unknown` send the very same rows again: after a lost answer the commit may still
 * be on its way, so asking with a SELECT would be wrong. `poison` halves the batch by poll until
 * the refused poll stands alone, so that everything of the others commits.
 */

import type { PollId } from "../../schema/ids.ts";
import type { Timers } from "../lib/timers.ts";
import { backoffMs } from "./backoff.ts";
import type { GroupCommitEvent } from "./commit-events.ts";
import type { GroupCommitOptions } from "./commit-options.ts";
import type { Batch } from "./flush-queue.ts";
import type { Fault, Journal } from "./journal.ts";

/** Where answers go; each is called once for every writer of the batch, in parts when it was halved. */
export interface Answers {
	/** The database answered; polls that are not in `live` are fenced. */
	committed(batch: Batch, live: ReadonlySet<PollId>): void;
	/** A batch of one poll that the database will never take. */
	refused(batch: Batch, cause: unknown): void;
	/** The database does not answer (true), or does again (false). */
	failing(failing: boolean): void;
	observe(event: GroupCommitEvent): void;
}

export interface BatchSender {
	/** Resolves once every part is answered, or after `stop`. Never rejects. */
	send(batch: Batch): Promise<void>;
	/** Gives up the current batch; no answer is reported afterwards. */
	stop(): void;
}

type Answer =
	| { readonly kind: "live"; readonly polls: ReadonlySet<PollId> }
	| { readonly kind: "poison"; readonly cause: unknown };
interface Failure {
	readonly kind: "failed";
	readonly fault: Exclude<Fault, "poison">;
	readonly cause: unknown;
}

export function batchSender(
	journal: Journal,
	timers: Timers,
	options: GroupCommitOptions,
	answers: Answers,
): BatchSender {
	let stopped = false;
	let wake = (): void => {};

	async function send(batch: Batch): Promise<void> {
		const answer = await untilAnswered(batch);
		if (answer === undefined) return;
		if (answer.kind === "live") answers.committed(batch, answer.polls);
		else if (batch.lanes.length === 1) answers.refused(batch, answer.cause);
		else for (const half of halves(batch)) await send(half);
	}

	async function untilAnswered(batch: Batch): Promise<Answer | undefined> {
		let refused = false;
		for (let attempt = 0; ; attempt += 1) {
			const sentAt = timers.now();
			const outcome = await sendOnce(batch);
			if (stopped) return undefined;
			if (outcome.kind === "failed") {
				await waitAfter(outcome, batch, attempt);
				if (stopped) return undefined;
				continue;
			}
			answers.failing(false);
			if (outcome.kind === "live") observeCommit(batch, timers.now() - sentAt);
			// A resend that runs beside its own original can meet the unique vote before the key and be
			// refused (5 of 400 such pairs); the next time it finds the key. So a lone poll is asked twice.
			const askAgain = outcome.kind === "poison" && batch.lanes.length === 1 && !refused;
			if (!askAgain) return outcome;
			refused = true;
		}
	}

	async function sendOnce({ rows }: Batch): Promise<Answer | Failure> {
		try {
			return { kind: "live", polls: await journal.append(rows) };
		} catch (cause) {
			const fault = options.classify(cause);
			return fault === "poison" ? { kind: fault, cause } : { kind: "failed", fault, cause };
		}
	}

	async function waitAfter(
		{ fault, cause }: Failure,
		batch: Batch,
		attempt: number,
	): Promise<void> {
		const { retryMinMs: minMs, retryMaxMs: maxMs } = options;
		const waitMs = backoffMs({ minMs, maxMs }, attempt, options.random());
		const rows = batch.rows.length;
		answers.observe(
			fault === "retry"
				? { kind: "batch-retried", rows, attempt, waitMs, cause }
				: { kind: "batch-unknown", rows, attempt, waitMs, cause },
		);
		answers.failing(true);
		await pause(waitMs);
	}

	function observeCommit({ rows: batch, lanes }: Batch, ms: number): void {
		const [rows, polls] = [batch.length, lanes.length];
		answers.observe({ kind: "batch-committed", rows, polls, ms, batch });
	}

	function pause(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const cancel = timers.after(ms, resolve);
			wake = () => {
				cancel();
				resolve();
			};
		});
	}

	return {
		send,
		stop() {
			stopped = true;
			wake();
		},
	};
}

function halves({ rows, lanes }: Batch): readonly [Batch, Batch] {
	const middle = lanes.length >> 1;
	const first = lanes.slice(0, middle);
	const second = lanes.slice(middle);
	const early = new Set(first);
	return [
		{ lanes: first, rows: rows.filter((row) => early.has(row.lane)) },
		{ lanes: second, rows: rows.filter((row) => !early.has(row.lane)) },
	];
}
