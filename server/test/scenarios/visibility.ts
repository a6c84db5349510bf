/** Who sees counts when: participants, viewers, hosts, and HTTP with and without the host token. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { until, WireClient, type WireRoom } from "../support/wire-client.ts";
import {
	aPoll,
	close,
	counts,
	type Gathering,
	hostCounts,
	open,
	question,
	shows,
	vote,
} from "./gathering.ts";
import { rawSocket } from "./raw-socket.ts";
import type { Site } from "./site.ts";

const NONE: number[] = [];

export function visibilityScenarios(site: () => Site): void {
	describe("visibility of results", () => {
		it("[H2] [H3] live: everybody sees counts from the start", async () => {
			const poll = await aPoll(site(), { results: "live" });
			const screens = await voted(poll);
			await seen(poll, screens, [0, 1, 0]);
			await close(screens.host);
			await seen(poll, screens, [0, 1, 0]);
		});

		it("[H2] [H3] [W2] closed: everybody sees them while the question is closed, the host always", async () => {
			const poll = await aPoll(site(), { results: "closed" });
			const screens = await voted(poll);
			await hidden(poll, screens);
			await close(screens.host);
			await seen(poll, screens, [0, 1, 0]);
			await open(screens.host);
			await hidden(poll, screens);
			await screens.host.request("end-poll", {});
			await seen(poll, screens, [0, 1, 0]);
		});

		it("[H2] [H3] [W2] host: nobody but the host ever sees them", async () => {
			const poll = await aPoll(site(), { results: "host" });
			const screens = await voted(poll);
			await hidden(poll, screens);
			await close(screens.host);
			await hidden(poll, screens);
			await screens.host.request("end-poll", {});
			await hidden(poll, screens);
		});

		it("[W2] hosts see hidden counts: the second one, in questions added meanwhile, and after reconnecting", async () => {
			const poll = await aPoll(site(), { results: "host" });
			const [first, ada] = await Promise.all([poll.host(), poll.join("Ada")]);
			await first.request("add-question", { prompt: "Now?", options: ["yes", "no"] });
			const second = await poll.host();
			await first.request("add-question", { prompt: "And now?", options: ["yes", "no"] });
			await reconnect(second);
			await first.request("add-question", { prompt: "Still?", options: ["yes", "no"] });
			for (const [index, id] of ["q1", "q2", "q3", "q4"].entries()) {
				await open(first, id);
				await vote(ada, [index % 2], 1, id);
			}
			for (const host of [first, second, await poll.host()]) {
				await until(() => hostCounts(host, "q4")[1] === 1);
				deepEqual(hostCounts(host, "q1"), [1, 0, 0]);
				deepEqual(hostCounts(host, "q2"), [0, 1]);
				deepEqual(hostCounts(host, "q3"), [1, 0]);
				deepEqual(counts(host, "q4"), NONE);
			}
			for (const other of [ada, await poll.viewer()]) {
				await shows(other, (state) => state.questions.length === 4);
				for (const { id } of other.state.questions) deepEqual(hostCounts(other, id), NONE);
				ok(!/hostCounts/.test(JSON.stringify(other.state)));
			}
		});

		it("[W2] not a byte on the wire of others tells how a hidden vote went", async () => {
			const poll = await aPoll(site(), { results: "host" });
			const host = await poll.host();
			await open(host);
			const ada = await poll.join("Ada");
			const raw = (claim: unknown) => rawSocket(site().origin(), poll.code, claim);
			const states: Buffer[] = [];
			const watching = await raw({ role: "viewer" });
			for (const [index, choice] of [0, 1, 2, 1].entries()) {
				await vote(ada, [choice], index + 1);
				await until(() => question(host)?.hostCounts[choice] === 1);
				const glance = await raw({ role: "viewer" });
				states.push(...glance.states);
				glance.close();
			}
			// Only the vote's place in the journal differs: the lowest byte of seq.
			for (const state of states)
				equal(differingBytes(state, states[0]), state === states[0] ? 0 : 1);
			await until(() => watching.patches.length >= 4);
			const changes = watching.patches.slice(-3);
			for (const patch of changes) ok(differingBytes(patch, changes[0]) <= 1);
			watching.close();
		});

		it("[H2] [H3] credentials that are no Bearer token count as none", async () => {
			const poll = await aPoll(site());
			const headers = { authorization: `Basic ${btoa("ops:secret")}` };
			const client = new WireClient(site().origin());
			for (const path of ["", "/results"]) {
				const { status } = await client.http(
					"GET",
					`/api/polls/${poll.code}${path}`,
					undefined,
					headers,
				);
				equal(status, 200);
			}
		});

		it("[H3] a wrong host token is refused, also where everybody may see", async () => {
			const poll = await aPoll(site());
			for (const path of ["", "/results"]) {
				const { status, body } = await poll.http("GET", path, "x".repeat(32));
				deepEqual([status, body.error.code], [401, "unauthorized"]);
			}
		});
	});
}

interface Screens {
	readonly host: WireRoom;
	readonly others: readonly WireRoom[];
}

/** Three screens, and Ada's vote for the second option. */
async function voted(poll: Gathering): Promise<Screens> {
	const [host, viewer, ada] = await Promise.all([poll.host(), poll.viewer(), poll.join("Ada")]);
	await open(host);
	await vote(ada, [1]);
	return { host, others: [viewer, ada] };
}

async function seen(poll: Gathering, { host, others }: Screens, tally: number[]): Promise<void> {
	for (const room of [host, ...others]) await until(() => `${counts(room)}` === `${tally}`);
	deepEqual(hostCounts(host), tally);
	deepEqual(await poll.tallies(undefined), { q1: tally });
	deepEqual(await poll.tallies(), { q1: tally });
	deepEqual((await poll.http("GET")).body.questions[0].counts, tally);
}

/** How many have voted is told, what they chose only to the host. */
async function hidden(poll: Gathering, { host, others }: Screens): Promise<void> {
	await until(() => hostCounts(host)[1] === 1);
	for (const room of others) {
		await shows(room, () => question(room).ballots === 1 && counts(room).length === 0);
		deepEqual(hostCounts(room), NONE);
	}
	const results = await poll.http("GET", "/results");
	deepEqual([results.status, results.body.error.code], [401, "unauthorized"]);
	deepEqual(await poll.tallies(), { q1: [0, 1, 0] });
	const [anybody, asHost] = await Promise.all([poll.http("GET"), poll.asHost("GET")]);
	deepEqual([anybody.body.questions[0].ballots, anybody.body.questions[0].counts], [1, NONE]);
	deepEqual(asHost.body.questions[0].counts, [0, 1, 0]);
}

/** The SDK's own reconnection after a dropped connection. */
async function reconnect(room: WireRoom): Promise<void> {
	room.reconnection.enabled = true;
	room.reconnection.minUptime = 0;
	const back = new Promise<void>((resolve) => room.onReconnect(() => resolve()));
	room.connection.close();
	await back;
	room.reconnection.enabled = false;
}

function differingBytes(left: Buffer, right: Buffer | undefined): number {
	equal(left.length, right?.length);
	return left.filter((byte, index) => byte !== right?.[index]).length;
}
