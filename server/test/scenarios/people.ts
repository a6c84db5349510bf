/** The host's view of people: who is here, who is online, and removing somebody. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Person, RosterMessage } from "../../../schema/wire/client-messages.ts";
import { refusalOf, until, type WireRoom } from "../support/wire-client.ts";
import {
	aPoll,
	closeCode,
	hostCounts,
	leave,
	mintToken,
	open,
	refusedSeat,
	shows,
	showsCounts,
	vote,
} from "./gathering.ts";
import type { Site } from "./site.ts";

export function peopleScenarios(site: () => Site): void {
	describe("people", () => {
		it("[V6] online counts people, not tabs; participants counts who has joined", async () => {
			const poll = await aPoll(site());
			const viewer = await poll.viewer();
			const token = mintToken();
			const [first, second] = [await poll.join("Ada", token), await poll.join("Ada", token)];
			const bob = await poll.join("Bob");
			await shows(viewer, ({ online, participants }) => online === 2 && participants === 2);
			await leave(first);
			await leave(bob);
			await shows(viewer, ({ online, participants }) => online === 1 && participants === 2);
			await leave(second);
			await shows(viewer, ({ online, participants }) => online === 0 && participants === 2);
		});

		it("[V6] hostOnline tells everybody whether a host is here", async () => {
			const poll = await aPoll(site());
			const viewer = await poll.viewer();
			equal(viewer.state.hostOnline, false);
			const [first, second] = [await poll.host(), await poll.host()];
			await shows(viewer, ({ hostOnline }) => hostOnline);
			await leave(first);
			await showsStill(viewer, ({ hostOnline }) => hostOnline);
			await leave(second);
			await shows(viewer, ({ hostOnline }) => !hostOnline);
		});

		it("[V6] [W8] the roster on request and then its messages tell who is here", async () => {
			const poll = await aPoll(site());
			const ada = await poll.join("Ada");
			const roster = await followRoster(await poll.host());
			await roster.becomes("p1 Ada online");
			const token = mintToken();
			const bob = await poll.join("Bob", token);
			await roster.becomes("p1 Ada online, p2 Bob online");
			await leave(ada);
			await roster.becomes("p1 Ada offline, p2 Bob online");
			await leave(bob);
			await roster.becomes("p1 Ada offline, p2 Bob offline");
			await poll.enter({ participantToken: token });
			await roster.becomes("p1 Ada offline, p2 Bob online");
			await roster.host.request("remove-participant", { participantId: "p1" });
			await roster.becomes("p2 Bob online");
		});

		it("[W8] however fast people come and go, a host gets at most four messages a second", async () => {
			const poll = await aPoll(site());
			const roster = await followRoster(await poll.host());
			const startedAt = Date.now();
			const comeAndGo = async (n: number) => {
				const token = mintToken();
				while (Date.now() < startedAt + 1_500) await leave(await poll.join(`person ${n}`, token));
			};
			await Promise.all([1, 2, 3].map(comeAndGo));
			const gathered = roster.messages.length;
			const seconds = (Date.now() - startedAt) / 1000;
			ok(gathered >= 1 && gathered <= 4 * seconds + 1, `${gathered} in ${seconds} s`);
			await until(() => [...roster.people.values()].every(({ online }) => !online));
			equal(roster.people.size, 3);
		});

		it("[W8] only hosts hear of the roster", async () => {
			const poll = await aPoll(site());
			const others = [await poll.viewer(), await poll.join("Ada")];
			const heard: unknown[] = [];
			for (const room of others) room.onMessage("*", (type) => heard.push(type));
			for (const room of others) room.onMessage("roster", (message) => heard.push(message));
			const roster = await followRoster(await poll.host());
			await poll.join("Bob");
			await roster.becomes("p1 Ada online, p2 Bob online");
			deepEqual(heard, []);
		});

		it("[V6] [W10] removed: ballots leave the counts, connections close with 4101, the token is refused", async () => {
			const poll = await aPoll(site());
			const token = mintToken();
			const host = await poll.host();
			const tabs = [await poll.join("Ada", token), await poll.join("Ada", token)];
			const bob = await poll.join("Bob");
			await open(host);
			await vote(bob, [0]);
			for (const [index, room] of tabs.entries()) await vote(room, [1], index + 1);
			await showsCounts(host, [1, 1, 0]);
			const codes = Promise.all(tabs.map(closeCode));
			deepEqual(await host.request("remove-participant", { participantId: "p1" }), {});
			deepEqual(await codes, [4101, 4101]);
			await showsCounts(bob, [1, 0, 0]);
			await shows(host, () => `${hostCounts(host)}` === "1,0,0");
			await shows(bob, ({ participants, online }) => participants === 1 && online === 1);
			deepEqual(await poll.tallies(), { q1: [1, 0, 0] });
			equal((await poll.exported()).filter(({ nickname }) => nickname === "Ada").length, 2);

			equal(await refusedSeat(poll.enter({ participantToken: token })), "403 removed");
			equal(await refusedSeat(poll.join("Somebody", token)), "403 removed");
			const another = await poll.join("ada");
			const hello = await another.request("hello", {});
			deepEqual([hello.participantId, hello.ballots], ["p3", []]);
		});

		it("[V6] removing nobody is invalid_input", async () => {
			const poll = await aPoll(site());
			const host = await poll.host();
			await poll.join("Ada");
			const remove = (participantId: unknown) =>
				host.request("remove-participant", { participantId });
			for (const nobody of ["p2", "Ada", "", 1]) {
				equal((await refusalOf(remove(nobody))).code, "invalid_input");
			}
			deepEqual(await remove("p1"), {});
			equal((await refusalOf(remove("p1"))).code, "invalid_input");
		});
	});
}

/** Still so after everything that is on its way has arrived. */
async function showsStill(
	room: WireRoom,
	check: (state: WireRoom["state"]) => boolean,
): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, 600));
	equal(check(room.state), true);
}

/** As the contract tells hosts to do it: ask for the pages once, then follow the messages. */
export async function followRoster(host: WireRoom) {
	const people = new Map<string, Person>();
	const messages: RosterMessage[] = [];
	host.onMessage("roster", (message: RosterMessage) => {
		messages.push(message);
		for (const person of message.changed) people.set(person.participantId, person);
		for (const id of message.removed) people.delete(id);
	});
	let after: string | undefined;
	do {
		const page = await host.request("roster", after === undefined ? {} : { after });
		for (const person of page.people) people.set(person.participantId, person);
		after = page.next;
	} while (after !== undefined);
	const picture = () =>
		[...people.values()]
			.sort((a, b) => a.participantId.localeCompare(b.participantId))
			.map(
				({ participantId, nickname, online }) =>
					`${participantId} ${nickname} ${online ? "online" : "offline"}`,
			)
			.join(", ");
	const becomes = async (expected: string) => {
		await until(() => picture() === expected).catch(() => equal(picture(), expected));
	};
	return { host, people, messages, becomes };
}
