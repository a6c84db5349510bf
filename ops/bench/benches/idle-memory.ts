/** What somebody costs who only sits there. Every run has processes of its own: memory is not given back. */
import { residentBytes } from "../kit/accounting.ts";
import { atOnce } from "../kit/at-once.ts";
import type { Bench, Side } from "../kit/bench.ts";
import {
	everybodyLeaves,
	type Gathering,
	memoryPoll,
	plenumPoll,
	type Voter,
} from "../kit/hall.ts";
import type { BenchServer } from "../kit/servers.ts";
import { sideNames } from "../kit/voting-sides.ts";

const PEOPLE = 1_000;
const POLLS = 50;
const AT_ONCE = 50;
/** Whoever comes first pays for compiled code and pools; they leave again. */
const FIRST_PEOPLE = 200;

export const idleMemory: Bench = {
	name: "idle-memory",
	about: "memory of a person who is in and does nothing",
	runs: 3,
	setting: `${PEOPLE} people join ${POLLS} polls of a fresh process; what its resident memory grew by, a person, polls included.`,
	measures: [{ key: "perPerson", label: "resident memory a person", unit: "KB" }],
	comparisons: [{ measure: "perPerson", subject: sideNames.plenum, reference: sideNames.memory }],
	async prepare(workbench) {
		const DATABASE_URL = await workbench.database();
		const start = {
			memory: () => workbench.reference("memory-room"),
			plenum: () => workbench.server({ DATABASE_URL }),
		};
		return [
			{
				...idleSide(start.memory, async ({ origin }, name) => memoryPoll(origin, name)),
				name: sideNames.memory,
				description: "a Colyseus room that keeps only counts and nobody's name",
			},
			{
				...idleSide(start.plenum, ({ origin }) => plenumPoll(origin)),
				name: sideNames.plenum,
				description: "one process; participants, names and ballots are in its memory",
			},
		];
	},
};

function idleSide(
	start: () => Promise<BenchServer>,
	create: (server: BenchServer, name: string) => Promise<Gathering>,
): Omit<Side, "name" | "description"> {
	let server: BenchServer | undefined;
	let before = 0;
	const gather = async (people: number, name: string): Promise<readonly Voter[]> => {
		const voters: Voter[] = [];
		const polls: Gathering[] = [];
		for (let index = 0; index < POLLS && server !== undefined; index += 1) {
			polls.push(await create(server, `${name}-${index}`));
		}
		await atOnce(people, AT_ONCE, async (index) => {
			const voter = await polls[index % POLLS]?.join();
			if (voter !== undefined) voters.push(voter);
		});
		return voters;
	};
	const memory = async () => (await residentBytes(server?.pid ?? 0)) ?? Number.NaN;
	return {
		watched: () => ({ server: server === undefined ? [] : [server.pid] }),
		heapBytes: async () => server?.heapBytes(),
		async prepare() {
			server = await start();
			await everybodyLeaves(await gather(FIRST_PEOPLE, "first"));
			before = await memory();
		},
		async measure() {
			await gather(PEOPLE, "idle");
			const grown = (await memory()) - before;
			return {
				operations: PEOPLE,
				values: Number.isNaN(grown) ? {} : { perPerson: grown / PEOPLE / 1000 },
			};
		},
		settle: async () => server?.stop(),
	};
}
