/**
 * A model of what PostgreSQL does with the statements of the journal, in two phases: a statement
 * takes its snapshot and its locks at one moment, and is committed, visible and rid of its locks
 * at a later one. Without the time between the two no forbidden variant would ever lose a vote.
 *
 * Append: the gate takes SHARE on each poll's row (waits for an UPDATE in progress and looks at
 * the epoch again), then inserts; a key that another statement has inserted and not yet committed
 * is waited for. Activation: an UPDATE of the row, which waits until no SHARE is left; new sharers
 * overtake it, as they do in PostgreSQL. Reads see what is committed when they begin.
 */
import type { PollId } from "../../../schema/ids.ts";
import type { JournalEntry } from "../../domain/events.ts";
import type { Journal, JournalRow } from "../../journal/journal.ts";
import type { Timers } from "../../lib/timers.ts";
import type { History } from "./history.ts";
import type { Random } from "./random.ts";
import type { Runtime } from "./runtime.ts";
import type { DatabaseWeather } from "./weather.ts";

/** The shipped statements are `share` and `two-statements`; the others are what they must not become. */
export interface StatementRules {
	/** `key-share` and `no-lock` look at the epoch without making an activation wait; `no-fence` does not look. */
	readonly gate: "share" | "key-share" | "no-lock" | "no-fence";
	/** `one-statement`: the rows are read with the snapshot from before the wait for the lock. */
	readonly activation: "two-statements" | "one-statement";
}

export interface SimDatabaseParts {
	readonly timers: Timers;
	readonly random: Random;
	readonly history: History;
	readonly rules: StatementRules;
	readonly weather: () => DatabaseWeather;
}

interface StoredRow {
	readonly epoch: number;
	readonly entry: JournalEntry;
}

interface PollTable {
	epoch: number;
	/** Appends that hold SHARE on the poll's row. */
	readonly sharers: Set<Append>;
	isBeingUpdated: boolean;
	readonly rows: Map<number, StoredRow>;
	readonly votes: Set<string>;
	/** Keys inserted by statements that have not ended. */
	readonly insertedSeqs: Map<number, Append>;
	readonly insertedVotes: Map<string, Append>;
	/** The highest epoch whose activation has read. */
	readEpoch: number;
	waiting: (() => void)[];
}

interface Append {
	readonly rows: readonly JournalRow[];
	readonly live: Set<PollId>;
	readonly inserted: JournalRow[];
	isCommitted: boolean;
}

type Reply<Value> = { readonly value: Value } | { readonly code: string };

/** As node-postgres is configured: longer than the server's own limits, so most timeouts are known rollbacks. */
const CLIENT_TIMEOUT_MS = 4_000;
const LOCK_TIMEOUT_MS = 1_000;

export class SimDatabase {
	readonly #parts: SimDatabaseParts;
	readonly #polls = new Map<PollId, PollTable>();
	/** How often a poisonous vote will still be refused. */
	readonly #poison = new Map<string, number>();

	constructor(parts: SimDatabaseParts) {
		this.#parts = parts;
	}

	addPoll(pollId: PollId, entries: readonly JournalEntry[]): void {
		this.#polls.set(pollId, {
			epoch: 0,
			sharers: new Set(),
			isBeingUpdated: false,
			rows: new Map(entries.map((entry) => [entry.seq, { epoch: 0, entry }])),
			votes: new Set(),
			insertedSeqs: new Map(),
			insertedVotes: new Map(),
			readEpoch: 0,
			waiting: [],
		});
	}

	/** The committed journal, in order. */
	ledger(pollId: PollId): readonly StoredRow[] {
		return [...this.#table(pollId).rows.values()].sort((a, b) => a.entry.seq - b.entry.seq);
	}

	/** The journal as one process sees it. */
	journal(process: Runtime): Journal {
		const snapshots = new Map<PollId, readonly StoredRow[]>();
		const epochs = new Map<PollId, number>();
		return {
			append: (rows) => this.#call(process, (reply) => this.#append(rows, reply)),
			activate: async (pollId) => {
				const { epoch, seen } = await this.#call<{ epoch: number; seen: readonly StoredRow[] }>(
					process,
					(reply) => this.#activate(pollId, reply),
				);
				snapshots.set(pollId, seen);
				epochs.set(pollId, epoch);
				return epoch;
			},
			read: (pollId, afterSeq = 0) =>
				this.#call(process, (reply) => {
					const rows =
						this.#parts.rules.activation === "one-statement"
							? (snapshots.get(pollId) ?? [])
							: this.ledger(pollId);
					this.#noteTakeover(pollId, epochs.get(pollId) ?? 0, rows);
					const entries = rows.map((row) => row.entry).filter(({ seq }) => seq > afterSeq);
					reply({ value: entries }, 1);
				}),
			epochsOf: (pollIds) =>
				this.#call(process, (reply) => {
					const epochs = pollIds.map((pollId) => [pollId, this.#table(pollId).epoch] as const);
					reply({ value: new Map(epochs) }, 1);
				}),
		};
	}

	/** There and back, with whatever the weather does on the way. */
	#call<Value>(
		process: Runtime,
		run: (reply: (reply: Reply<Value>, afterMs: number) => void) => void,
	): Promise<Value> {
		const { timers, random, history, weather } = this.#parts;
		const { answerLost, neverArrives, slow } = weather();
		const isLost = random.chance(answerLost);
		const travelMs = random.chance(slow) ? random.between(0, 3_000) : random.between(0.1, 2);
		return new Promise((resolve, reject) => {
			const answer = (settle: () => void, afterMs: number) =>
				void timers.after(afterMs, () => process.deliver(settle));
			const unknown = () => reject(new Error("Connection terminated unexpectedly"));
			answer(unknown, isLost ? random.between(0, 50) : CLIENT_TIMEOUT_MS);
			if (random.chance(neverArrives)) return history.count("statement never arrived");
			timers.after(travelMs, () =>
				run((reply, afterMs) => {
					if (isLost) return history.count("answer of the database lost");
					const settle = () =>
						"value" in reply
							? resolve(reply.value)
							: reject(Object.assign(new Error(reply.code), { code: reply.code }));
					answer(settle, afterMs);
				}),
			);
		});
	}

	#append(
		rows: readonly JournalRow[],
		reply: (reply: Reply<ReadonlySet<PollId>>, afterMs: number) => void,
	): void {
		const { random, history } = this.#parts;
		const statement: Append = {
			rows: [...rows].sort(byKey),
			live: new Set(),
			inserted: [],
			isCommitted: false,
		};
		const end = (code?: string) => {
			this.#end(statement, code === undefined);
			history.note(rows[0]?.pollId, () => `database: ${code ?? "commits"} ${describe(statement)}`);
			if (code !== undefined) history.count(`append failed with ${code}`);
			if (code === undefined && statement.live.size < new Set(rows.map((row) => row.pollId)).size) {
				history.count("append fenced");
			}
			reply(code === undefined ? { value: statement.live } : { code }, random.between(0.1, 2));
		};
		this.#gate(statement, () => this.#insert(statement, end));
	}

	/** Waits where it must, in the order of the ids, then goes on. */
	#gate(statement: Append, next: () => void): void {
		const { gate } = this.#parts.rules;
		const named = epochsNamed(statement.rows);
		const snapshot = new Map([...named.keys()].map((id) => [id, this.#table(id).epoch]));
		const polls = [...named.keys()].sort();

		const from = (place: number): void => {
			const pollId = polls[place];
			if (pollId === undefined) return next();
			const table = this.#table(pollId);
			const epoch = named.get(pollId);
			if (gate === "no-fence") {
				statement.live.add(pollId);
			} else if (epoch !== undefined && snapshot.get(pollId) === epoch) {
				if (gate !== "share") {
					statement.live.add(pollId);
				} else if (table.isBeingUpdated) {
					this.#parts.history.count("append waited for an activation");
					table.waiting.push(() => from(place));
					return;
				} else if (table.epoch === epoch) {
					table.sharers.add(statement);
					statement.live.add(pollId);
				}
			}
			from(place + 1);
		};
		from(0);
	}

	#insert(statement: Append, end: (code?: string) => void): void {
		const { timers, random, history, weather } = this.#parts;
		for (const row of statement.rows) {
			if (!statement.live.has(row.pollId) || statement.inserted.includes(row)) continue;
			const table = this.#table(row.pollId);
			const { seq, event } = row.entry;
			const vote = event.kind === "vote-cast" ? voteKey(row) : undefined;
			const other =
				table.insertedSeqs.get(seq) ??
				(vote === undefined ? undefined : table.insertedVotes.get(vote));
			if (other !== undefined) {
				history.count("append waited for its own original");
				// Which of the two unique keys it meets first is nobody's promise.
				const isRefused = random.chance(0.2);
				table.waiting.push(() => {
					if (isRefused && other.isCommitted && vote !== undefined) end("23505");
					else this.#insert(statement, end);
				});
				return;
			}
			if (table.rows.has(seq)) continue;
			if (vote !== undefined && table.votes.has(vote)) return end("23505");
			if (vote !== undefined && this.#isPoison(`${row.pollId} ${vote}`)) return end("22021");
			statement.inserted.push(row);
			table.insertedSeqs.set(seq, statement);
			if (vote !== undefined) table.insertedVotes.set(vote, statement);
		}
		const { slow, rolledBack } = weather();
		const holdsMs = random.chance(slow) ? random.between(0, 2_000) : random.between(0.2, 5);
		const code = random.chance(rolledBack) ? random.pick(["40P01", "57014", "53300"]) : undefined;
		timers.after(holdsMs, () => end(code));
	}

	/** Durable, then visible, then rid of the locks: one moment to everybody else. */
	#end(statement: Append, isCommitted: boolean): void {
		statement.isCommitted = isCommitted;
		for (const row of statement.inserted) {
			const table = this.#table(row.pollId);
			const { seq, event } = row.entry;
			table.insertedSeqs.delete(seq);
			if (event.kind === "vote-cast") table.insertedVotes.delete(voteKey(row));
			if (!isCommitted) continue;
			table.rows.set(seq, { epoch: row.epoch, entry: row.entry });
			if (event.kind === "vote-cast") table.votes.add(voteKey(row));
			if (row.epoch < table.readEpoch) this.#noteLateRow(row, table.readEpoch);
		}
		for (const pollId of new Set(statement.rows.map((row) => row.pollId))) {
			const table = this.#table(pollId);
			table.sharers.delete(statement);
			wake(table);
		}
	}

	#activate(
		pollId: PollId,
		reply: (reply: Reply<{ epoch: number; seen: readonly StoredRow[] }>, afterMs: number) => void,
	): void {
		const { timers, random, history } = this.#parts;
		const table = this.#table(pollId);
		const seen = this.ledger(pollId);
		let phase: "waiting" | "updating" | "given-up" = "waiting";

		const update = (): void => {
			if (phase !== "waiting") return;
			if (table.isBeingUpdated || table.sharers.size > 0) {
				history.count("activation waited for a lock");
				table.waiting.push(update);
				return;
			}
			phase = "updating";
			table.isBeingUpdated = true;
			timers.after(random.between(0.2, 5), () => {
				table.epoch += 1;
				table.isBeingUpdated = false;
				history.count("activation");
				const { epoch } = table;
				history.note(pollId, () => `database: epoch ${epoch}`);
				wake(table);
				reply({ value: { epoch, seen } }, random.between(0.1, 2));
			});
		};
		timers.after(LOCK_TIMEOUT_MS, () => {
			if (phase !== "waiting") return;
			phase = "given-up";
			reply({ code: "55P03" }, 1);
		});
		update();
	}

	#noteTakeover(pollId: PollId, epoch: number, rows: readonly StoredRow[]): void {
		const { history } = this.#parts;
		const table = this.#table(pollId);
		table.readEpoch = Math.max(table.readEpoch, epoch);
		history.takeovers.push({ pollId, epoch, rowsSeen: new Set(rows.map((row) => row.entry.seq)) });
		history.note(pollId, () => `database: epoch ${epoch} reads up to ${rows.at(-1)?.entry.seq}`);
	}

	#noteLateRow({ pollId, epoch, entry }: JournalRow, readEpoch: number): void {
		this.#parts.history.violate(
			"single writer",
			`entry ${entry.seq} of epoch ${epoch} was committed after epoch ${readEpoch} had read`,
			pollId,
		);
	}

	#isPoison(vote: string): boolean {
		const { random, weather } = this.#parts;
		let left = this.#poison.get(vote);
		if (left === undefined) left = random.chance(weather().poison) ? random.int(1, 4) : 0;
		this.#poison.set(vote, Math.max(0, left - 1));
		return left > 0;
	}

	#table(pollId: PollId): PollTable {
		const table = this.#polls.get(pollId);
		if (table === undefined) throw new Error(`there is no poll ${pollId}`);
		return table;
	}
}

/** Everybody who waits looks again; whoever still must wait lines up anew. */
function wake(table: PollTable): void {
	const waiting = table.waiting;
	table.waiting = [];
	for (const look of waiting) look();
}

/** `undefined` for a poll that the batch names with two epochs: it passes with neither. */
function epochsNamed(rows: readonly JournalRow[]): Map<PollId, number | undefined> {
	const named = new Map<PollId, number | undefined>();
	for (const { pollId, epoch } of rows) {
		const isNamed = named.has(pollId);
		named.set(pollId, isNamed && named.get(pollId) !== epoch ? undefined : epoch);
	}
	return named;
}

function byKey(a: JournalRow, b: JournalRow): number {
	if (a.pollId !== b.pollId) return a.pollId < b.pollId ? -1 : 1;
	return a.entry.seq - b.entry.seq;
}

function voteKey({ entry: { event } }: JournalRow): string {
	if (event.kind !== "vote-cast") return "";
	return `${event.questionId} ${event.participantId} ${event.revision}`;
}

function describe({ rows, live }: Append): string {
	const parts = rows.map(({ pollId, epoch, entry: { seq, event } }) => {
		const vote =
			event.kind === "vote-cast"
				? ` ${event.participantId} r${event.revision}=${event.choices}`
				: ` ${event.kind}`;
		return `${live.has(pollId) ? "" : "FENCED "}${pollId}/${epoch}:${seq}${vote}`;
	});
	return parts.join(", ");
}
