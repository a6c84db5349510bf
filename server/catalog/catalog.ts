/**
 * The catalog of polls: creates one under a free code, finds it, takes it away. What happens in
 * a poll is the journal's; the catalog only writes the first entry, with the poll itself.
 */
import { and, eq, inArray, isNotNull, isNull, lt, notExists, sql } from "drizzle-orm";
import type { PollCode, PollId, TokenHash } from "../../schema/ids.ts";
import { activations } from "../../schema/tables/activations.ts";
import { journal } from "../../schema/tables/journal.ts";
import { polls } from "../../schema/tables/polls.ts";
import type { PollEvent } from "../domain/events.ts";
import type { Database } from "../storage/database.ts";
import { queryBuilder, run } from "../storage/drizzle.ts";

export interface NewPoll {
	readonly id: PollId;
	readonly code: PollCode;
	readonly hostTokenHash: TokenHash;
	readonly created: Extract<PollEvent, { kind: "poll-created" }>;
	/** Days for which the host wants the poll kept after its last activity, when fewer than usual. */
	readonly retentionDays?: number | undefined;
	/** ms since 1970. */
	readonly at: number;
}

export interface PollRecord {
	readonly id: PollId;
	readonly code: PollCode;
	readonly hostTokenHash: TokenHash;
	readonly epoch: number;
	readonly owner: string | null;
}

/** Everything rejects with faults that `classifyFault` understands, and may then be called again with the same arguments. */
export interface Catalog {
	/** One statement writes the poll and its first entry. `code-taken`: nothing is written, try another code. */
	create(poll: NewPoll): Promise<"created" | "code-taken">;
	/** `undefined` for an unknown and for a deleted poll. */
	findByCode(code: PollCode): Promise<PollRecord | undefined>;
	/**
	 * From when this resolves, only the token of this hash is the host's. False, and nothing
	 * changes, where the poll is gone or its epoch has moved on. Calling it again is harmless.
	 */
	rotateHostToken(id: PollId, epoch: number, hash: TokenHash): Promise<boolean>;
	/** Fences and hides the poll in one statement; its rows are still there for `erase`. */
	markDeleted(id: PollId, at: number): Promise<void>;
	/** Removes the rows of a poll that is marked as deleted, of no other; the code is free once this resolves: to whether it was this call that ended it. */
	erase(id: PollId): Promise<boolean>;
	/** Finishes the deletions that a crash interrupted; resolves to how many. */
	sweepDeleted(): Promise<number>;
	/** Notes that the polls are in use; never moves backwards. */
	touch(ids: readonly PollId[], at: number): Promise<void>;
}

/** Far below what the statement timeout of 2 s allows; a poll of 500,000 votes takes 250 statements. */
const DELETE_ROWS_MAX = 2000;
const SWEEP_POLLS_MAX = 100;

export function catalog(database: Database): Catalog {
	const db = queryBuilder(database);

	return {
		async create({ id, code, hostTokenHash, created, retentionDays, at }) {
			const { kind, ...payload } = created;
			const inserted = await database.query({
				name: "catalog-create",
				text: `WITH poll AS (
					INSERT INTO polls (id, code, host_token_hash, created_at, last_activity_at, retention_days)
					VALUES ($1, $2, $3, $4, $4, $7)
					ON CONFLICT (code) DO NOTHING
					RETURNING id, created_at
				)
				INSERT INTO journal (poll_id, seq, epoch, kind, at, payload)
				SELECT id, 1, 0, $5, created_at, $6 FROM poll
				RETURNING seq`,
				values: [
					id,
					code,
					hostTokenHash,
					new Date(at),
					kind,
					JSON.stringify(payload),
					retentionDays ?? null,
				],
			});
			if (inserted.length === 1) return "created";
			// After a lost answer the caller repeats the call, and the code is taken by this very poll.
			const holder = await run(db.select({ id: polls.id }).from(polls).where(eq(polls.code, code)));
			return holder[0]?.id === id ? "created" : "code-taken";
		},

		async findByCode(code) {
			// As text: it comes before every seat, and building it anew was a twentieth of a join's cost.
			const found = await database.query<PollRecord>({
				name: "catalog-find-by-code",
				text: `SELECT id, code, host_token_hash AS "hostTokenHash", epoch, owner
					FROM polls WHERE code = $1 AND deleted_at IS NULL`,
				values: [code],
			});
			return found[0];
		},

		async rotateHostToken(id, epoch, hash) {
			const rotated = await run(
				db
					.update(polls)
					.set({ hostTokenHash: hash })
					.where(and(eq(polls.id, id), eq(polls.epoch, epoch), isNull(polls.deletedAt)))
					.returning({ id: polls.id }),
			);
			return rotated.length === 1;
		},

		async markDeleted(id, at) {
			// Alone: once this is committed nobody can append, so what is erased later stays erased.
			await run(
				db
					.update(polls)
					.set({ epoch: sql`${polls.epoch} + 1`, deletedAt: new Date(at) })
					.where(and(eq(polls.id, id), isNull(polls.deletedAt))),
			);
		},

		erase,

		async sweepDeleted() {
			const doomed = await run(
				db
					.select({ id: polls.id })
					.from(polls)
					.where(isNotNull(polls.deletedAt))
					.limit(SWEEP_POLLS_MAX),
			);
			let swept = 0;
			for (const { id } of doomed) if (await erase(id)) swept += 1;
			return swept;
		},

		async touch(ids, at) {
			if (ids.length === 0) return;
			const time = new Date(at);
			await run(
				db
					.update(polls)
					.set({ lastActivityAt: time })
					.where(
						and(inArray(polls.id, ids), isNull(polls.deletedAt), lt(polls.lastActivityAt, time)),
					),
			);
		},
	};

	async function erase(id: PollId): Promise<boolean> {
		const isMarked = and(eq(polls.id, id), isNotNull(polls.deletedAt));
		const rows = db.select({ seq: journal.seq }).from(journal).where(eq(journal.pollId, id));
		while ((await run(db.select({ id: polls.id }).from(polls).where(isMarked))).length > 0) {
			while ((await eraseBatch(id)) === DELETE_ROWS_MAX);
			await run(db.delete(activations).where(eq(activations.pollId, id)));
			// The row last: as long as it is there, a sweep finds what is left to do. A batch that met
			// another sweep's came back short, so that there may be more.
			const gone = await run(
				db
					.delete(polls)
					.where(and(isMarked, notExists(rows)))
					.returning({ id: polls.id }),
			);
			if (gone.length > 0) return true;
		}
		return false;
	}

	async function eraseBatch(id: PollId): Promise<number> {
		const batch = db
			.select({ seq: journal.seq })
			.from(journal)
			.where(eq(journal.pollId, id))
			.orderBy(journal.seq)
			.limit(DELETE_ROWS_MAX);
		const gone = await run(
			db
				.delete(journal)
				.where(and(eq(journal.pollId, id), inArray(journal.seq, batch)))
				.returning({ seq: journal.seq }),
		);
		return gone.length;
	}
}
