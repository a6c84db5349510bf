/** A hall of more than five hundred people, once: pages of the roster, pace of its messages, size of the state. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { until, type WireRoom } from "../support/wire-client.ts";
import { aPoll, counts, type Gathering, leave, open, vote } from "./gathering.ts";
import { followRoster } from "./people.ts";
import { rawSocket } from "./raw-socket.ts";
import type { Site } from "./site.ts";

const PEOPLE = 505;
const AT_ONCE = 60;

export function hallScenarios(site: () => Site): void {
	describe("a hall", () => {
		let poll: Gathering;
		let roster: Awaited<ReturnType<typeof followRoster>>;
		let people: WireRoom[];
		let stateBefore: number;
		let joiningMs: number;

		before(async function () {
			this.timeout(120_000);
			poll = await aPoll(site(), { capacity: 600, results: "live" });
			roster = await followRoster(await poll.host());
			await open(roster.host);
			stateBefore = await stateSize();
			const startedAt = Date.now();
			people = await crowd((n) => poll.join(`person ${n}`));
			await until(() => roster.people.size === PEOPLE);
			joiningMs = Date.now() - startedAt;
		});

		after(() => leave(...people));

		async function stateSize(): Promise<number> {
			const socket = await rawSocket(site().origin(), poll.code, { role: "viewer" });
			socket.close();
			return socket.states[0]?.length ?? 0;
		}

		it("[W8] the messages alone told of everybody, at most four a second", () => {
			const told = roster.messages.flatMap(({ changed }) =>
				changed.map(({ participantId }) => participantId),
			);
			equal(new Set(told).size, PEOPLE);
			ok(
				roster.messages.length <= joiningMs / 250 + 1,
				`${roster.messages.length} in ${joiningMs} ms`,
			);
		});

		it("[W8] the roster comes in pages of 500", async () => {
			const first = await roster.host.request("roster", {});
			equal(first.people.length, 500);
			const second = await roster.host.request("roster", { after: first.next });
			equal(second.people.length, PEOPLE - 500);
			equal(second.next, undefined);
			const ids = [...first.people, ...second.people].map(({ participantId }) => participantId);
			equal(new Set(ids).size, PEOPLE);
			deepEqual(first.people[0], { ...first.people[0], online: true });
		});

		it("[W1] the state of a full hall is as large as that of an empty one", async () => {
			const grown = (await stateSize()) - stateBefore;
			ok(grown <= NUMBERS_GROW_BY, `${grown} bytes more`);
		});

		it("[V5] everybody votes at once; every screen ends on the same tally", async () => {
			const receipts = await Promise.all(people.map((room, n) => vote(room, [n % 3])));
			equal(new Set(receipts.map(({ seq }) => seq)).size, PEOPLE);
			const tally = [169, 168, 168];
			deepEqual(await poll.tallies(), { q1: tally });
			await until(() => people.every((room) => `${counts(room)}` === `${tally}`));
		}).timeout(60_000);
	});
}

/** `seq`, how many joined and how many are online take two bytes more each. */
const NUMBERS_GROW_BY = 6;

async function crowd<Item>(enter: (n: number) => Promise<Item>): Promise<Item[]> {
	const inside: Item[] = [];
	let next = 0;
	const walker = async () => {
		while (next < PEOPLE) inside.push(await enter(next++));
	};
	await Promise.all(Array.from({ length: AT_ONCE }, walker));
	return inside;
}
