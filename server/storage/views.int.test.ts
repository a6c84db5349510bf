import assert from "node:assert/strict";
import { openPglite, openPostgres } from "../test/support/databases.ts";

const poll = "00000000-0000-4000-8000-00000000000a";
const other = "00000000-0000-4000-8000-00000000000b";

/** Two polls; in the first, p1 changes a vote, p2 votes twice-choosing and on q2, p3 votes and is removed, q3 gets nothing. */
const script = `
INSERT INTO journal (poll_id, seq, epoch, kind, at, participant, question, revision, choices, payload) VALUES
('${poll}', 1, 0, 'poll-created', now(), null, null, null, null,
	'{"title":"T","questions":[{"id":"q1","options":["a","b","c"]},{"id":"q2","options":["d","e"]}]}'),
('${poll}', 2, 1, 'question-added', now(), null, null, null, null, '{"question":{"id":"q3","options":["f","g"]}}'),
('${poll}', 3, 1, 'participant-joined', now(), 'p1', null, null, null, '{"nickname":"Ann"}'),
('${poll}', 4, 1, 'participant-joined', now(), 'p2', null, null, null, '{"nickname":"Bob"}'),
('${poll}', 5, 1, 'participant-joined', now(), 'p3', null, null, null, '{"nickname":"Cyd"}'),
('${poll}', 6, 1, 'vote-cast', '2024-01-01T00:00:01Z', 'p1', 'q1', 1, '{0}', null),
('${poll}', 7, 1, 'vote-cast', '2024-01-01T00:00:02Z', 'p2', 'q1', 1, '{1,2}', null),
('${poll}', 8, 1, 'vote-cast', '2024-01-01T00:00:03Z', 'p1', 'q1', 5, '{2}', null),
('${poll}', 9, 1, 'vote-cast', '2024-01-01T00:00:04Z', 'p3', 'q1', 1, '{0}', null),
('${poll}', 10, 2, 'vote-cast', '2024-01-01T00:00:05Z', 'p2', 'q2', 1, '{1}', null),
('${poll}', 11, 2, 'participant-removed', now(), 'p3', null, null, null, null),
('${other}', 1, 0, 'poll-created', now(), null, null, null, null, '{"title":"O","questions":[{"id":"q1","options":["x","y"]}]}'),
('${other}', 2, 1, 'participant-joined', now(), 'p1', null, null, null, '{"nickname":"Zoe"}'),
('${other}', 3, 1, 'vote-cast', now(), 'p1', 'q1', 1, '{0}', null)`;

describe("views", function () {
	this.timeout(120_000);

	for (const [kind, open] of Object.entries({ postgres: openPostgres, embedded: openPglite })) {
		it(`[D13] ${kind}: votes has every vote ever cast, ballots the current ones, tallies their sums`, async () => {
			const { database, close } = await open();
			await database.execute(script);
			const select = <Row>(text: string) => database.query<Row>({ text, values: [poll] });

			const votes = await select(
				"SELECT seq, question_id, participant_id, nickname, revision, choices, cast_at FROM votes WHERE poll_id = $1 ORDER BY seq",
			);
			const at = (second: number) => new Date(Date.UTC(2024, 0, 1, 0, 0, second));
			assert.deepEqual(votes, [
				{
					seq: 6,
					question_id: "q1",
					participant_id: "p1",
					nickname: "Ann",
					revision: 1,
					choices: [0],
					cast_at: at(1),
				},
				{
					seq: 7,
					question_id: "q1",
					participant_id: "p2",
					nickname: "Bob",
					revision: 1,
					choices: [1, 2],
					cast_at: at(2),
				},
				{
					seq: 8,
					question_id: "q1",
					participant_id: "p1",
					nickname: "Ann",
					revision: 5,
					choices: [2],
					cast_at: at(3),
				},
				{
					seq: 9,
					question_id: "q1",
					participant_id: "p3",
					nickname: "Cyd",
					revision: 1,
					choices: [0],
					cast_at: at(4),
				},
				{
					seq: 10,
					question_id: "q2",
					participant_id: "p2",
					nickname: "Bob",
					revision: 1,
					choices: [1],
					cast_at: at(5),
				},
			]);

			const ballots = await select(
				"SELECT question_id, participant_id, revision, choices FROM ballots WHERE poll_id = $1 ORDER BY 1, 2",
			);
			assert.deepEqual(ballots, [
				{ question_id: "q1", participant_id: "p1", revision: 5, choices: [2] },
				{ question_id: "q1", participant_id: "p2", revision: 1, choices: [1, 2] },
				{ question_id: "q2", participant_id: "p2", revision: 1, choices: [1] },
			]);

			const tallies = await select<{ question_id: string; option_index: number; votes: number }>(
				"SELECT question_id, option_index, votes FROM tallies WHERE poll_id = $1 ORDER BY 1, 2",
			);
			assert.deepEqual(
				tallies.map((row) => [row.question_id, row.option_index, row.votes]),
				[
					["q1", 0, 0],
					["q1", 1, 1],
					["q1", 2, 2],
					["q2", 0, 0],
					["q2", 1, 1],
					["q3", 0, 0],
					["q3", 1, 0],
				],
			);
			assert.deepEqual(await database.query({ text: "SELECT count(*) AS all FROM tallies" }), [
				{ all: 9 },
			]);
			await close();
		});

		it(`[D13] ${kind}: the views of a poll with 10,000 votes answer in time, also before any statistics`, async () => {
			const { database, close } = await open();
			await database.query({
				text: `INSERT INTO journal (poll_id, seq, epoch, kind, at, participant, question, revision, choices, payload)
					SELECT $1::uuid, n, 1, 'participant-joined', now(), 'p' || n, null::text, null::int, null::smallint[], '{"nickname":"N"}'::jsonb FROM generate_series(1, 10000) g (n)
					UNION ALL
					SELECT $1::uuid, 10000 + n, 1, 'vote-cast', now(), 'p' || n, 'q1', 1, '{0}', null FROM generate_series(1, 10000) g (n)`,
				values: [poll],
			});
			const select = <Row>(view: string) =>
				database.query<Row>({ text: `SELECT * FROM ${view} WHERE poll_id = $1`, values: [poll] });
			// A join needs minutes for these, PostgreSQL gives up after the 2 s of its statement timeout and PGlite after 30.
			const votes = await select<{ nickname: string }>("votes");
			assert.equal(votes.length, 10_000);
			assert.ok(votes.every((vote) => vote.nickname === "N"));
			assert.equal((await select("ballots")).length, 10_000);
			assert.deepEqual(await select("tallies"), [
				{ poll_id: poll, question_id: "q1", option_index: 0, votes: 10_000 },
			]);
			await close();
		});
	}
});
