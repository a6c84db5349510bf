/**
 * Takes away what has outlived its time: polls some days after their last activity, and lines of
 * the audit log. Any number of processes may sweep at once: each poll is claimed by one of them.
 */
import type { PollId } from "../../schema/ids.ts";
import type { Database } from "../storage/database.ts";
import type { Catalog } from "./catalog.ts";

export interface RetentionPeriods {
	/** Days after a poll's last activity; its host may have asked for fewer. */
	readonly pollDays: number;
	readonly auditDays: number;
}

export interface Swept {
	readonly polls: number;
	readonly auditRows: number;
}

export interface DuePoll {
	readonly id: PollId;
	readonly code: string;
	readonly lastActivityAt: Date;
}

export interface Retention {
	/** What a sweep would take away now, at most 1,000 of it, oldest first. */
	due(): Promise<readonly DuePoll[]>;
	/** Rejects with the database's fault; what was not reached is left for the next sweep. */
	sweep(): Promise<Swept>;
}

export interface RetentionParts {
	readonly database: Database;
	readonly catalog: Pick<Catalog, "erase" | "sweepDeleted" | "touch">;
	readonly periods: RetentionPeriods;
	/** ms since 1970. */
	readonly wallClock: () => number;
	/** Polls that are live here: they are in use, however long ago they were brought to life. */
	readonly inUse: () => readonly PollId[];
}

const LISTED_MAX = 1_000;
/** Claimed in one statement, far below what its timeout of 2 s allows. */
const CLAIMED_AT_ONCE = 20;
const AUDIT_ROWS_AT_ONCE = 2_000;
const DAY_MS = 86_400_000;

const DUE = `deleted_at IS NULL
	AND last_activity_at < $1::timestamptz - make_interval(days => LEAST(COALESCE(retention_days, $2), $2)::integer)`;

export function retention(parts: RetentionParts): Retention {
	const { database, catalog, periods, wallClock, inUse } = parts;
	const now = (): string => new Date(wallClock()).toISOString();

	/** Fenced and hidden at once, like every deletion; the rows go afterwards. */
	function claim(): Promise<readonly { readonly id: PollId }[]> {
		return database.query<{ id: PollId }>({
			text: `WITH due AS (
					SELECT id FROM polls WHERE ${DUE}
					ORDER BY last_activity_at LIMIT ${CLAIMED_AT_ONCE} FOR UPDATE SKIP LOCKED
				)
				UPDATE polls SET epoch = epoch + 1, deleted_at = $1
				FROM due WHERE polls.id = due.id
				RETURNING polls.id`,
			values: [now(), periods.pollDays],
		});
	}

	async function sweepPolls(): Promise<number> {
		let swept = await catalog.sweepDeleted();
		for (let claimed = await claim(); claimed.length > 0; claimed = await claim()) {
			for (const { id } of claimed) if (await catalog.erase(id)) swept += 1;
		}
		return swept;
	}

	async function sweepAudit(): Promise<number> {
		const before = new Date(wallClock() - periods.auditDays * DAY_MS).toISOString();
		for (let swept = 0; ; ) {
			const gone = await database.query({
				text: `DELETE FROM audit_log WHERE id IN (
						SELECT id FROM audit_log WHERE at < $1 ORDER BY id LIMIT ${AUDIT_ROWS_AT_ONCE}
					) RETURNING id`,
				values: [before],
			});
			swept += gone.length;
			if (gone.length < AUDIT_ROWS_AT_ONCE) return swept;
		}
	}

	return {
		due: () =>
			database.query<DuePoll>({
				text: `SELECT id, code, last_activity_at AS "lastActivityAt" FROM polls
					WHERE ${DUE} ORDER BY last_activity_at LIMIT ${LISTED_MAX}`,
				values: [now(), periods.pollDays],
			}),
		async sweep() {
			await catalog.touch(inUse(), wallClock());
			const polls = await sweepPolls();
			const auditRows = await sweepAudit();
			// PostgreSQL gathers statistics by itself; the embedded database never does.
			if (database.kind === "embedded") await database.execute("ANALYZE");
			return { polls, auditRows };
		},
	};
}
