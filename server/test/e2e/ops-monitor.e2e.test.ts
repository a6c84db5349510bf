/** The monitor of two processes: what it shows of rooms wherever they live, what it does, and what it refuses to do. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Person } from "../../../client/test/support/browser.ts";
import { closeCodes } from "../../../schema/refusals.ts";
import { roomIdOf } from "../../room/poll-room.ts";
import { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { type HttpAnswer, until, WireClient, type WireRoom } from "../support/wire-client.ts";

const TOKEN = "an-ops-token-of-some-length";
const BEARER = { authorization: `Bearer ${TOKEN}` };
const BASIC = { authorization: `Basic ${Buffer.from(`ops:${TOKEN}`).toString("base64")}` };
const PANEL = { ...BASIC, "sec-fetch-site": "same-origin" };

describe("the monitor", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;
	const rooms: WireRoom[] = [];

	before(async () => {
		cluster = await ClusterUnderTest.start({ processes: 2, environment: { OPS_TOKEN: TOKEN } });
	});
	afterEach(async () => {
		for (const room of rooms.splice(0)) if (room.connection.isOpen) await room.leave();
	});
	after(() => cluster?.stop());

	const client = (process: number) => new WireClient(cluster.origin(process));

	/** A poll with one participant, whose room is at this process. */
	async function pollAt(process: number, title: string) {
		const poll = await client(process).create({ title, question: "?", options: ["a", "b"] });
		const room = await client(process).enter(poll.code, { nickname: "Ada" });
		rooms.push(room);
		return { ...poll, room, roomId: roomIdOf(poll.id as never) };
	}

	function ask(
		process: number,
		path: string,
		headers: Record<string, string> = BEARER,
	): Promise<HttpAnswer> {
		return client(process).http("GET", `/monitor/${path}`, undefined, headers);
	}

	function call(
		process: number,
		roomId: string,
		method: string,
		args: readonly unknown[] = [],
		headers: Record<string, string> = PANEL,
	): Promise<HttpAnswer> {
		const query = new URLSearchParams({ roomId, method, args: JSON.stringify(args) });
		return ask(process, `api/room/call?${query}`, headers);
	}

	const closed = (room: WireRoom) => new Promise<number>((resolve) => room.onLeave(resolve));

	it("[M16] lists the rooms of every process, with title, code, people and storage", async () => {
		const polls = [await pollAt(0, "At the first"), await pollAt(1, "At the second")];
		for (const process of [0, 1]) {
			for (const { roomId, code, title } of [
				{ ...polls[0], title: "At the first" },
				{ ...polls[1], title: "At the second" },
			]) {
				const listed = await until(async () => {
					const { body } = await ask(process, "api");
					// biome-ignore lint/suspicious/noExplicitAny: the panel's own format.
					const found = body.rooms.find((room: any) => room.roomId === roomId);
					return found?.metadata?.participants === 1 && found;
				});
				deepEqual(listed.metadata, { title, code, participants: 1, storage: "ok" });
			}
		}
		const { body } = await ask(0, "api");
		equal(new Set(body.rooms.map(({ processId }: { processId: string }) => processId)).size, 2);
	});

	it("[M16] shows a room of another process, hidden tallies included, and nobody's token", async () => {
		const { room, roomId, hostToken } = await pollAt(1, "Elsewhere");
		const { participantToken } = await room.request("hello", {});
		// A process that takes more than two seconds to answer counts as silent.
		const { text, body } = await until(async () => {
			const answer = await ask(0, `api/room?roomId=${roomId}`);
			return answer.status === 200 ? answer : undefined;
		});
		equal(body.state.title, "Elsewhere");
		deepEqual(body.state.questions[0].hostCounts, [0, 0]);
		equal(body.clients.length, 1);
		ok(!text.includes(hostToken));
		ok(participantToken && !text.includes(participantToken));
	});

	it("[M17] a connection that it closes is told to come back, and one that is not there is not closed", async () => {
		const { room, roomId, id } = await pollAt(1, "One of them");
		const leaving = closed(room);
		equal((await call(0, roomId, "_forceClientDisconnect", ["nobody"])).status, 404);
		const { status, body, headers } = await call(0, roomId, "_forceClientDisconnect", [
			room.sessionId,
		]);
		deepEqual([status, body], [200, {}]);
		equal(await leaving, closeCodes.moved);
		const requestId = headers.get("x-request-id") ?? "";
		const line = await until(() =>
			cluster
				.output()
				.split("\n")
				.find((text) => text.includes(requestId) && text.includes('"audit":true')),
		);
		match(line, /"kind":"ops-action"/);
		match(line, /"action":"close-connection"/);
		ok(line.includes(id));
	});

	it("[M17] a room that it closes hands its poll over: people are sent on, and find it as it was", async () => {
		const { room, roomId, code } = await pollAt(1, "Handed over");
		const before = await until<number>(() => room.state?.epoch);
		const leaving = closed(room);
		equal((await call(0, roomId, "disconnect", [], BEARER)).status, 200);
		equal(await leaving, closeCodes.moved);
		const again = await until(() =>
			client(0)
				.enter(code, { role: "viewer" })
				.catch(() => undefined),
		);
		rooms.push(again);
		await until(() => again.state.participants === 1);
		ok(again.state.epoch > before);
	});

	it("[M17] edits no state and runs no other method of a room", async () => {
		const { room, roomId } = await pollAt(1, "As it was");
		const refused: readonly [method: string, ...args: unknown[]][] = [
			["_editStateProperty", ["title"], "Edited"],
			["_deleteStateProperty", ["questions", 0]],
			["_sendMessageToClient", room.sessionId, "roster", {}],
			["broadcast", "roster", {}],
			["closeAll", 4_102],
			["onDispose"],
			["constructor"],
			["state"],
		];
		for (const [method, ...args] of refused) {
			const { status, body } = await call(0, roomId, method, args);
			deepEqual([status, body.error.code], [403, "forbidden"], method);
		}
		for (const args of ["", "{", "[]", "[1]", '["a","b"]']) {
			const query = new URLSearchParams({ roomId, method: "_forceClientDisconnect", args });
			equal((await ask(0, `api/room/call?${query}`, PANEL)).status, 400, args);
		}
		equal((await call(0, "another room", "disconnect")).status, 400);
		equal(room.state.title, "As it was");
		ok(room.connection.isOpen);
	});

	it("[M17] acts for the panel itself or for who sends the token, never for a foreign page", async () => {
		const { room, roomId } = await pollAt(0, "Left alone");
		for (const site of ["cross-site", "same-site", "none"]) {
			for (const credentials of [BASIC, BEARER]) {
				const headers = { ...credentials, "sec-fetch-site": site };
				equal((await call(0, roomId, "disconnect", [], headers)).status, 403, site);
			}
		}
		equal((await call(0, roomId, "disconnect", [], BASIC)).status, 403);
		ok(room.connection.isOpen);
	});

	it("[M10] none of it is there without the token, and no origin is let in", async () => {
		const { roomId } = await pollAt(0, "Secret");
		const paths = ["", "api", `api/room?roomId=${roomId}`, "api/room/call", "assets/index.js"];
		for (const path of paths) {
			for (const headers of [{}, { authorization: "Bearer a-wrong-token-of-some-length" }]) {
				const answer = await ask(0, path, headers);
				equal(answer.status, 401, path);
				ok(!answer.text.includes("Secret"));
			}
			const { headers } = await ask(0, path, { ...BEARER, origin: "https://elsewhere.example" });
			equal(headers.get("access-control-allow-origin"), null, path);
		}
	});

	it("[M16] its page shows a poll and sends somebody away, in a browser, and asks nobody else for anything", async () => {
		const { room } = await pollAt(1, "Seen in the panel");
		const leaving = closed(room);
		const person = await Person.enter(cluster.origin(0), { size: "laptop" });
		// The page names a font of another site, which its policy does not let it load.
		person.expects(/fonts\.googleapis\.com/);
		await person.context.setExtraHTTPHeaders(BASIC);
		const { page } = person;
		await page.goto(`${cluster.origin(0)}/monitor/`);
		const row = page.getByRole("row").filter({ hasText: "Seen in the panel" });
		await row.getByText("Inspect").click();
		await page.getByText(room.sessionId).waitFor();
		await page.getByRole("tab", { name: "State" }).click();
		await page.getByText("Seen in the panel").waitFor();
		await page.getByRole("tab", { name: "Clients" }).click();
		await page.getByRole("button", { name: "Disconnect client" }).click();
		equal(await leaving, closeCodes.moved);
		deepEqual(person.troubles, []);
		await person.context.close();
	});
});
