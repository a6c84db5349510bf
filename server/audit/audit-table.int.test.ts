import { deepEqual, equal, rejects } from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import type { Database } from "../storage/database.ts";
import { openPglite, openPostgres, type TestDatabase } from "../test/support/databases.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { addressHasher } from "./address-hash.ts";
import { auditLog } from "./audit-log.ts";
import { auditWriter } from "./audit-table.ts";

const AT = Date.UTC(2024, 5, 1);

describe("the audit table", function () {
	this.timeout(120_000);

	for (const [kind, open] of Object.entries({ postgres: openPostgres, embedded: openPglite })) {
		describe(kind, () => {
			let test: TestDatabase;
			let statements: string[];
			let counted: Database;
			before(async () => {
				test = await open();
				counted = {
					...test.database,
					query(statement) {
						statements.push(statement.text);
						return test.database.query(statement);
					},
				};
			});
			beforeEach(async () => {
				statements = [];
				await test.database.query({ text: "DELETE FROM audit_log" });
			});
			after(() => test.close());

			const rows = () =>
				test.database.query<Record<string, unknown>>({
					text: "SELECT at, kind, poll_id, request_id, address_hash, details FROM audit_log ORDER BY id",
				});

			it("[Y2] gets what was recorded, two hundred rows in one statement", async () => {
				const timers = virtualTimers();
				const wallClock = () => AT + timers.now();
				const hashAddress = addressHasher("a secret", wallClock);
				const log = { info() {} };
				const audit = auditLog({
					write: auditWriter(counted),
					log,
					hashAddress,
					timers,
					wallClock,
				});
				const pollId = crypto.randomUUID() as PollId;
				audit.record({ kind: "poll-created", outcome: "done", pollId, requestId: "request-1" });
				for (let n = 0; n < 199; n += 1) {
					audit.record({ kind: "limit-met", outcome: "refused", address: `192.0.2.${n}` });
				}
				await audit.stop();
				equal(statements.length, 1);
				const [first, second, ...more] = await rows();
				deepEqual(first, {
					at: new Date(AT),
					kind: "poll-created",
					poll_id: pollId,
					request_id: "request-1",
					address_hash: null,
					details: { outcome: "done", count: 1 },
				});
				equal(second?.["address_hash"], hashAddress("192.0.2.0"));
				equal(second?.["poll_id"], null);
				equal(more.length, 198);
			});

			it("[Y3] tells rows that can never be written from a database that is away", async () => {
				const write = auditWriter(test.database);
				const at = new Date(AT);
				equal(await write([{ at, kind: "ops-action", pollId: "no uuid" as PollId }]), "poison");
				const away = Object.assign(new Error("gone"), { code: "57P01" });
				const failing = auditWriter({ ...test.database, query: () => Promise.reject(away) });
				await rejects(failing([{ at, kind: "ops-action" }]), /gone/);
				deepEqual(await rows(), []);
			});
		});
	}
});
