/**
 * Whoever comes in while counts move. Core tells newcomers again what was added before their full
 * state; a list that is told of a place twice becomes longer, unless the number there is the same.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import { embeddedDirectory } from "../support/databases.ts";
import { type ServerUnderTest, startServer } from "../support/server-under-test.ts";
import { until, WireClient, type WireRoom } from "../support/wire-client.ts";

const NEWCOMERS = 12;
const OPTIONS = ["a", "b", "c"];

describe("newcomers", function () {
	this.timeout(120_000);
	let dataDir: string;
	let server: ServerUnderTest;
	let client: WireClient;

	before(async () => {
		dataDir = await embeddedDirectory();
		server = await startServer({ DATA_DIR: dataDir });
		client = new WireClient(server.origin);
	});
	after(() => server.kill("SIGKILL"));

	const join = (poll: CreatedPoll, nickname: string) => client.enter(poll.code, { nickname });
	const asHost = ({ code, hostToken }: CreatedPoll) => client.enter(code, { hostToken });
	const votes = async (voter: WireRoom, count: number, pauseMs = 0, firstRevision = 1) => {
		for (let revision = firstRevision; revision < firstRevision + count; revision += 1) {
			const choices = [revision % OPTIONS.length];
			await voter.request("vote", { questionId: "q1", choices, revision });
			await pause(pauseMs);
		}
	};

	it("[W3] the first in a room that has just come to life see their votes counted exactly", async () => {
		const poll = await client.create({ question: "?", options: OPTIONS });
		const host = await asHost(poll);
		await host.request("open-question", { questionId: "q1" });
		await host.leave();
		await server.kill("SIGKILL");
		server = await startServer({ DATA_DIR: dataDir });
		client = new WireClient(server.origin);
		const [first, second] = await Promise.all([join(poll, "first"), join(poll, "second")]);
		await Promise.all([votes(first, 2), votes(second, 4)]);
		await showing([first, second], [0, 1, 1], "counts");
	});

	it("[W2] [W3] hosts and others who come in while people vote see every count once", async () => {
		const form = { questions: [{ prompt: "?", options: OPTIONS }], settings: { results: "host" } };
		const poll = await client.create(form);
		const live = await client.create({ question: "?", options: OPTIONS });
		for (const each of [poll, live]) {
			await (await asHost(each)).request("open-question", { questionId: "q1" });
		}
		const entered = async (each: CreatedPoll, enter: () => Promise<WireRoom>) => {
			const voter = await join(each, "voter");
			const voting = votes(voter, 25, 10);
			const rooms: WireRoom[] = [];
			for (let count = 0; count < NEWCOMERS; count += 1) rooms.push(await enter());
			await voting;
			return rooms;
		};
		await showing(await entered(poll, () => asHost(poll)), [0, 1, 0], "hostCounts");
		let people = 0;
		const rooms = await entered(live, () => join(live, `Person ${++people}`));
		await showing(rooms, [0, 1, 0], "counts");
	});

	it("[W3] a question that is added, opened and voted on while people come in is right for all", async () => {
		const poll = await client.create({ question: "?", options: OPTIONS });
		const host = await asHost(poll);
		await host.request("open-question", { questionId: "q1" });
		const voter = await join(poll, "voter");
		// So that the patch with the new question has to wait for its turn.
		const voting = votes(voter, 150, 2);
		const rooms: Promise<WireRoom>[] = [];
		for (let count = 0; count < NEWCOMERS; count += 1) {
			const { questionId } = await host.request("add-question", { prompt: "?", options: OPTIONS });
			rooms.push(join(poll, `Person ${count}`));
			await host.request("open-question", { questionId });
			await pause(count % 4);
			await voter.request("vote", { questionId, choices: [1], revision: 1 });
		}
		await voting;
		for (let added = 1; added <= NEWCOMERS; added += 1) {
			await showing(await Promise.all(rooms), [0, 1, 0], "counts", added);
		}
	});
});

/** Fails when one of them goes on showing anything else: a list that is too long never becomes right. */
async function showing(
	rooms: readonly WireRoom[],
	expected: readonly number[],
	field: "counts" | "hostCounts",
	question = 0,
): Promise<void> {
	const shown = () => rooms.map((room) => [...(room.state.questions?.[question]?.[field] ?? [])]);
	const isShown = () => shown().every((counts) => String(counts) === String(expected));
	await until(isShown).catch(() => {});
	assert.deepEqual(
		shown(),
		rooms.map(() => expected),
	);
}
