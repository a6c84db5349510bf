import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { PollId, QuestionId } from "../../schema/ids.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { addressHasher } from "./address-hash.ts";
import type { AuditEvent } from "./audit-events.ts";
import { type AuditRow, auditLog } from "./audit-log.ts";

const START = Date.UTC(2024, 5, 1);
const POLL = "0b0c8b1e-0000-4000-8000-000000000001" as PollId;
const wrongToken: AuditEvent = { kind: "host-token-refused", outcome: "refused", pollId: POLL };

function setUp() {
	const timers = virtualTimers();
	const batches: (readonly AuditRow[])[] = [];
	const lines: Record<string, unknown>[] = [];
	const state = { answer: async (): Promise<"written" | "poison"> => "written", asked: 0 };
	const wallClock = () => START + timers.now();
	const audit = auditLog({
		async write(rows) {
			state.asked += 1;
			const answer = await state.answer();
			if (answer === "written") batches.push(rows);
			return answer;
		},
		log: { info: (fields) => void lines.push({ ...fields }) },
		hashAddress: (address) => `hash of ${address}`,
		timers,
		wallClock,
	});
	const rows = () => batches.flat();
	/** So many events of which none is like another. */
	const recordMany = (count: number, from = 0) => {
		for (let n = from; n < from + count; n += 1) audit.record({ ...wrongToken, address: `a${n}` });
	};
	return { timers, audit, batches, rows, lines, state, recordMany };
}

describe("the audit log", () => {
	it("[Y1] writes an event as a line and a row: what, how it ended, when, where, under which request", async () => {
		const { timers, audit, rows, lines } = setUp();
		await timers.advance(500);
		const questionId = "q1" as QuestionId;
		audit.record({
			kind: "question-opened",
			outcome: "done",
			requestId: "request-1",
			pollId: POLL,
			address: "192.0.2.1",
			details: { questionId },
		});
		equal(rows().length, 0);
		await timers.advance(1_000);
		const told = {
			kind: "question-opened",
			pollId: POLL,
			requestId: "request-1",
			addressHash: "hash of 192.0.2.1",
		};
		const at = new Date(START + 500);
		const details = { outcome: "done", questionId, count: 1 };
		deepEqual(rows(), [{ ...told, at, details }]);
		deepEqual(lines, [{ audit: true, ...told, at, ...details }]);
	});

	it("[Y2] folds what is the same within a second into one row with a count", async () => {
		const { timers, audit, rows, lines } = setUp();
		for (let n = 0; n < 5_000; n += 1) {
			audit.record({ ...wrongToken, address: "192.0.2.1", requestId: `request-${n}` });
		}
		audit.record({ ...wrongToken, address: "192.0.2.2" });
		audit.record({ ...wrongToken, address: "192.0.2.1", outcome: "failed" });
		await timers.advance(1_000);
		deepEqual(
			rows().map(({ requestId, details }) => [requestId, (details as { count: number }).count]),
			[
				["request-0", 5_000],
				[null, 1],
				[null, 1],
			],
		);
		equal(lines.length, 3);
		audit.record({ ...wrongToken, address: "192.0.2.1" });
		await timers.advance(1_000);
		equal(rows().length, 4);
	});

	it("[Y2] writes up to two hundred rows in one statement, at once when there are as many", async () => {
		const { timers, batches, recordMany } = setUp();
		recordMany(450);
		await timers.advance(0);
		deepEqual(
			batches.map((batch) => batch.length),
			[200, 200],
		);
		await timers.advance(1_000);
		deepEqual(
			batches.map((batch) => batch.length),
			[200, 200, 50],
		);
	});

	it("[Y3] keeps rows while the database is away, up to a bound, and writes them when it is back", async () => {
		const { timers, audit, rows, lines, state, recordMany } = setUp();
		state.answer = () => Promise.reject(new Error("ECONNREFUSED"));
		for (let second = 0; second < 50; second += 1) {
			recordMany(100, second * 100);
			await timers.advance(1_000);
		}
		ok(state.asked < 12, `asked ${state.asked} times in 50 s`);
		equal(audit.dropped, 3_000);
		// What the database did not get is in the log all the same.
		equal(lines.length, 5_000);
		state.answer = async () => "written";
		await timers.advance(30_000);
		deepEqual(
			rows().map(({ addressHash }) => addressHash),
			Array.from({ length: 2_000 }, (_, n) => `hash of a${n}`),
		);
		equal(timers.pending, 0);
	});

	it("[Y3] drops rows that can never be written, and goes on", async () => {
		const { timers, audit, rows, state, recordMany } = setUp();
		state.answer = async () => "poison";
		recordMany(3);
		await timers.advance(1_000);
		state.answer = async () => "written";
		recordMany(2);
		await timers.advance(1_000);
		deepEqual([audit.dropped, rows().length, state.asked], [3, 2, 2]);
	});

	it("[Y3] on the way out writes what waits, and waits for a database that hangs no longer than two seconds", async () => {
		const { timers, audit, rows, recordMany } = setUp();
		recordMany(3);
		await audit.stop();
		equal(rows().length, 3);
		audit.record(wrongToken);
		equal(timers.pending, 0);

		const hung = setUp();
		hung.state.answer = () => new Promise(() => {});
		hung.recordMany(3);
		const stopped = hung.audit.stop();
		await hung.timers.advance(2_000);
		await stopped;
		equal(hung.audit.dropped, 3);
		equal(hung.timers.pending, 0);
	});
});

describe("[Y1] the hash of an address", () => {
	let now = START;
	const clock = () => now;
	beforeEach(() => {
		now = START;
	});

	it("is the same within a day and for all processes with the secret, and another one the next day", () => {
		const [one, two] = [addressHasher("a secret", clock), addressHasher("a secret", clock)];
		const today = one("192.0.2.1");
		match(today, /^[\w-]{16}$/);
		equal(two("192.0.2.1"), today);
		now += 86_399_999;
		equal(one("192.0.2.1"), today);
		now += 1;
		ok(one("192.0.2.1") !== today);
	});

	it("differs by address and by secret; without a secret every process has its own", () => {
		const hashers = [
			addressHasher("a secret", clock),
			addressHasher("another", clock),
			addressHasher(undefined, clock),
			addressHasher(undefined, clock),
		];
		const hashes = hashers.flatMap((hash) => [hash("192.0.2.1"), hash("192.0.2.2")]);
		equal(new Set(hashes).size, 8);
	});
});
