import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import type { Bench, Scale, Side } from "../kit/bench.ts";
import { countedBallots, createPoll, enterPoll } from "../kit/hall.ts";
import { sideNames } from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";

const PEOPLE = 10_000;
const votesOf = ({ isQuick }: Scale) => (isQuick ? 10_000 : 100_000);
const BARE = "the rows, read";
const { plenum: subject } = sideNames;

export const rehydrate: Bench = {
	name: "rehydrate",
	about: "how long a poll of 100,000 votes that nobody watched takes to its first seat",
	runs: 5,
	setting: (scale) =>
		`A poll asleep with ${votesOf(scale)} votes of ${PEOPLE} people in its journal, another one each run; from asking for the seat to being in.`,
	measures: [{ key: "ms", label: "until the first seat is taken", unit: "ms" }],
	comparisons: [
		{ measure: "ms", subject, goal: { kind: "at-most", bound: 1_000 } },
		{ measure: "ms", subject, reference: BARE },
	],
	async prepare(workbench, _say, scale) {
		return sides(workbench, votesOf(scale));
	},
};

async function sides(workbench: Workbench, votes: number): Promise<readonly Side[]> {
	const url = await workbench.database();
	const server = await workbench.server({ DATABASE_URL: url });
	const database = await workbench.databasePids();
	const client = await workbench.client(url);
	// Any other poll first: a process that has just started is slow at everything once.
	const small = await createPoll(server.origin);
	await (await enterPoll(server.origin, small.code, { hostToken: small.hostToken })).leave();
	let poll: CreatedPoll | undefined;
	return [
		{
			name: BARE,
			description: "the same rows, by one SELECT of this driver: what any server has to wait for",
			watched: () => ({ database }),
			async prepare() {
				poll = await createPoll(server.origin);
				await writeVotes(client, poll.id, votes);
			},
			async measure() {
				const startedAt = performance.now();
				const { rowCount } = await client.query(
					`SELECT seq, epoch, kind, at, participant, question, revision, choices, payload
						FROM journal WHERE poll_id = $1 ORDER BY seq`,
					[poll?.id],
				);
				const ms = performance.now() - startedAt;
				return { operations: rowCount ?? 0, values: { ms } };
			},
		},
		{
			name: subject,
			description: "one process on PostgreSQL, which has not seen the poll before",
			watched: () => ({ server: [server.pid], database }),
			heapBytes: async () => (await server.memory()).heapUsed,
			async measure() {
				const { code, hostToken } = poll ?? small;
				const startedAt = performance.now();
				const seat = await enterPoll(server.origin, code, { hostToken });
				const ms = performance.now() - startedAt;
				await seat.leave();
				const ballots = await countedBallots(server.origin, code);
				if (ballots !== PEOPLE) throw new Error(`${ballots} ballots came back of ${PEOPLE}`);
				return { operations: votes, values: { ms } };
			},
		},
	];
}

/** As if everybody had joined and then voted, changing their minds in turn. */
async function writeVotes(client: pg.Client, pollId: string, votes: number): Promise<void> {
	const columns =
		"poll_id, seq, epoch, kind, at, participant, question, revision, choices, payload";
	const { rows } = await client.query(
		`SELECT seq, payload -> 'questions' -> 0 ->> 'id' AS question FROM journal WHERE poll_id = $1`,
		[pollId],
	);
	const { seq: start, question } = rows[0];
	await client.query(
		`INSERT INTO journal (poll_id, seq, epoch, kind, at, question)
			VALUES ($1, $2, 0, 'question-opened', now(), $3)`,
		[pollId, start + 1, question],
	);
	await client.query(
		`INSERT INTO journal (${columns})
			SELECT $1, $2::integer + 1 + person, 0, 'participant-joined', now(), 'p' || person, NULL, NULL, NULL,
				jsonb_build_object('nickname', 'Voter ' || person, 'tokenHash', md5($4::text || person))
			FROM generate_series(1, $3::integer) AS person`,
		[pollId, start, PEOPLE, randomUUID()],
	);
	await client.query(
		`INSERT INTO journal (${columns})
			SELECT $1, $2::integer + $3::integer + 1 + vote, 0, 'vote-cast', now(), 'p' || ((vote - 1) % $3::integer + 1), $4,
				(vote - 1) / $3::integer + 1, ARRAY[vote % 4]::smallint[], NULL
			FROM generate_series(1, $5::integer) AS vote`,
		[pollId, start, PEOPLE, question, votes],
	);
	await client.query("ANALYZE journal");
}
