/**
 * The audit log: a line in the log and a row in the database for each event. Whoever records
 * never waits and never fails. What repeats within a second is one row with a count, a flood of
 * refusals therefore one row a second; rows go out together, in one statement.
 */
import type { auditLog as auditTable } from "../../schema/tables/audit-log.ts";
import { within } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";
import type { AuditEvent } from "./audit-events.ts";

/** What is the same within this time is gathered into one row. */
const GATHER_MS = 1_000;
/** Rows of one statement. */
const BATCH_ROWS = 200;
/** Rows that wait while the database is away: a few hundred bytes each. What comes later is only in the log. */
const WAITING_ROWS_MAX = 2_000;
const RETRY_MS = { first: 1_000, most: 30_000 } as const;
/** How long the last rows may take on the way out. */
const LAST_ROWS_MS = 2_000;

export type AuditRow = typeof auditTable.$inferInsert;

export interface AuditParts {
	/** Writes the rows in one statement; `poison` when they can never be written. Rejects when they may be, later. */
	readonly write: (rows: readonly AuditRow[]) => Promise<"written" | "poison">;
	readonly log: { info(fields: object, message: string): void };
	readonly hashAddress: (address: string) => string;
	readonly timers: Timers;
	/** ms since 1970. */
	readonly wallClock: () => number;
}

export interface AuditLog {
	record(event: AuditEvent): void;
	/** Rows that never reached the database, since the start. */
	readonly dropped: number;
	/** Resolves once everything is written or given up; nothing is recorded afterwards. */
	stop(): Promise<void>;
}

interface Gathered {
	readonly row: AuditRow;
	readonly details: object;
	count: number;
}

/** A row may be written twice when the answer to its statement was lost; none is lost for that. */
export function auditLog({ write, log, hashAddress, timers, wallClock }: AuditParts): AuditLog {
	const gathered = new Map<string, Gathered>();
	const waiting: AuditRow[] = [];
	let cancelGathering: (() => void) | undefined;
	let cancelRetry: (() => void) | undefined;
	let sending: Promise<void> | undefined;
	let failures = 0;
	let dropped = 0;
	let isStopped = false;

	return {
		record(event) {
			if (isStopped) return;
			gather(event);
			if (gathered.size >= BATCH_ROWS) close();
			else cancelGathering ??= timers.after(GATHER_MS, close);
		},
		get dropped() {
			return dropped;
		},
		async stop() {
			if (isStopped) return;
			isStopped = true;
			close();
			cancelRetry?.();
			await within(LAST_ROWS_MS, timers, flush(), () => {});
			cancelRetry?.();
			dropped += waiting.splice(0).length;
		},
	};

	function gather({ kind, outcome, requestId, pollId, address, details }: AuditEvent): void {
		const addressHash = address === undefined ? null : hashAddress(address);
		const key = JSON.stringify([kind, outcome, pollId, addressHash, details]);
		const same = gathered.get(key);
		if (same !== undefined) {
			same.count += 1;
			return;
		}
		const row: AuditRow = {
			at: new Date(wallClock()),
			kind,
			pollId: pollId ?? null,
			requestId: requestId ?? null,
			addressHash,
		};
		gathered.set(key, { row, details: { outcome, ...details }, count: 1 });
	}

	/** Ends the gathering: what came together is logged, and waits for its statement. */
	function close(): void {
		cancelGathering?.();
		cancelGathering = undefined;
		for (const { row, details, count } of gathered.values()) {
			const { at, ...fields } = row;
			log.info({ audit: true, at, ...fields, ...details, count }, "audit");
			if (waiting.length >= WAITING_ROWS_MAX) dropped += 1;
			else waiting.push({ ...row, details: { ...details, count } });
		}
		gathered.clear();
		void flush();
	}

	function flush(): Promise<void> {
		sending ??= sendAll().finally(() => {
			sending = undefined;
			// Rows that came in this very moment found somebody sending who no longer was.
			if (waiting.length > 0 && cancelRetry === undefined && !isStopped) void flush();
		});
		return sending;
	}

	async function sendAll(): Promise<void> {
		if (cancelRetry !== undefined && !isStopped) return;
		while (waiting.length > 0) {
			const batch = waiting.slice(0, BATCH_ROWS);
			try {
				if ((await write(batch)) === "poison") dropped += batch.length;
			} catch {
				failures += 1;
				retryLater();
				return;
			}
			failures = 0;
			waiting.splice(0, batch.length);
		}
	}

	function retryLater(): void {
		if (isStopped) return;
		const waitMs = Math.min(RETRY_MS.first * 2 ** (failures - 1), RETRY_MS.most);
		cancelRetry = timers.after(waitMs, () => {
			cancelRetry = undefined;
			void flush();
		});
	}
}
