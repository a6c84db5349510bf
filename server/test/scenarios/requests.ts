/** Requests in the room: hello, answers, refusals, roles, sizes. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { refusalOf, type WireRoom } from "../support/wire-client.ts";
import { aPoll, closeCode, days, mintToken, open, tea, vote } from "./gathering.ts";
import type { Site } from "./site.ts";

const MESSAGE_MAX_BYTES = 16 * 1024;
const HOST_REQUESTS: [type: string, payload: object][] = [
	["open-question", { questionId: "q1" }],
	["close-question", { questionId: "q1" }],
	["show-question", { questionId: "q1" }],
	["add-question", tea],
	["remove-participant", { participantId: "p1" }],
	["end-poll", {}],
	["rotate-host-token", {}],
	["roster", {}],
];

export function requestScenarios(site: () => Site): void {
	describe("requests", () => {
		it("[W4] hello tells each role who it is, as often as it asks", async () => {
			const poll = await aPoll(site(), {}, [tea, days]);
			const token = mintToken();
			const [host, viewer] = [await poll.host(), await poll.viewer()];
			const ada = await poll.join("Ada", token);
			for (const room of [host, viewer, ada]) {
				const { serverTime } = await room.request("hello", {});
				ok(Math.abs(serverTime - Date.now()) < 60_000);
			}
			const who = async (room: WireRoom) => {
				const { serverTime, ...rest } = await room.request("hello", {});
				return rest;
			};
			deepEqual(await who(host), { role: "host", ballots: [] });
			deepEqual(await who(viewer), { role: "viewer", ballots: [] });
			const me = {
				role: "participant",
				participantId: "p1",
				participantToken: token,
				nickname: "Ada",
			};
			deepEqual(await who(ada), { ...me, ballots: [] });
			await open(host, "q1");
			await open(host, "q2");
			await vote(ada, [2], 7, "q1");
			await vote(ada, [3, 0], 1, "q2");
			const ballots = [
				{ questionId: "q1", revision: 7, choices: [2] },
				{ questionId: "q2", revision: 1, choices: [0, 3] },
			];
			for (let n = 0; n < 3; n += 1) deepEqual(await who(ada), { ...me, ballots });
		});

		it("[W5] a request is answered with an object, or refused with code, message and retryable", async () => {
			const poll = await aPoll(site());
			const [host, ada] = await Promise.all([poll.host(), poll.join("Ada")]);
			const answers: [type: string, payload: object, answer: object][] = [
				["open-question", { questionId: "q1" }, {}],
				["show-question", { questionId: "q1" }, {}],
				["close-question", { questionId: "q1" }, {}],
				["add-question", tea, { questionId: "q2" }],
				["roster", {}, { people: [{ participantId: "p1", nickname: "Ada", online: true }] }],
				["remove-participant", { participantId: "p1" }, {}],
				["end-poll", {}, {}],
			];
			const refusals = [
				await refusalOf(vote(ada, [0])),
				await refusalOf(vote(ada, [0], 1, "q2")),
				await refusalOf(ada.request("vote", { questionId: "q1" })),
				await refusalOf(ada.request("end-poll", {})),
			];
			for (const { code, message, retryable } of refusals) {
				ok(/^[a-z_]+$/.test(code) && message.length > 10 && retryable === false, message);
			}
			for (const [type, payload, answer] of answers) {
				deepEqual([type, await host.request(type, payload)], [type, answer]);
			}
		});

		it("[W6] an unknown request is invalid_input for everybody, and the connection stays", async () => {
			const poll = await aPoll(site());
			for (const room of [await poll.host(), await poll.viewer(), await poll.join("Ada")]) {
				// Up to 250: with longer ones the SDK sends its whole buffer, however large that has grown.
				for (const type of ["nothing", "toString", "__proto__", "", "x".repeat(250), 7]) {
					const { code, retryable } = await refusalOf(room.request(type as string, {}));
					deepEqual([code, retryable], ["invalid_input", false]);
				}
				ok(await room.request("hello", {}));
			}
		});

		it("[W6] what is above one's role is forbidden and does nothing", async () => {
			const poll = await aPoll(site());
			const [host, viewer, ada] = [await poll.host(), await poll.viewer(), await poll.join("Ada")];
			for (const [type, payload] of HOST_REQUESTS) {
				for (const room of [viewer, ada]) {
					deepEqual(
						[type, (await refusalOf(room.request(type, payload))).code],
						[type, "forbidden"],
					);
				}
			}
			await open(host);
			for (const room of [viewer, host])
				equal((await refusalOf(vote(room, [0]))).code, "forbidden");
			const { body } = await poll.http("GET");
			deepEqual([body.status, body.participants, body.questions.length], ["open", 1, 1]);
		});

		it("[W6] a payload that is out of form is invalid_input, and the connection stays", async () => {
			const poll = await aPoll(site());
			const ada = await poll.join("Ada");
			for (const payload of [
				undefined,
				null,
				[],
				"q1",
				5,
				{ questionId: "q1", choices: "0", revision: 1 },
			]) {
				equal((await refusalOf(ada.request("vote", payload))).code, "invalid_input");
			}
			ok(await ada.request("hello"));
		});

		it("[W7] a message of 16 KiB is answered; one byte more closes the connection with 1009", async () => {
			const poll = await aPoll(site());
			const [ada, bob] = [await poll.join("Ada"), await poll.join("Bob")];
			const overhead = (await frameBytes(ada, 10_000)) - 10_000;
			equal(await frameBytes(ada, MESSAGE_MAX_BYTES - overhead), MESSAGE_MAX_BYTES);
			const ended = closeCode(bob);
			bob
				.request("hello", { padding: "x".repeat(MESSAGE_MAX_BYTES - overhead + 1) })
				.catch(() => {});
			equal(await ended, 1009);
			ok(await ada.request("hello", {}));
		});
	});
}

/** Asks hello with padding; resolves, once answered, to the size of the frame that was sent. */
async function frameBytes(room: WireRoom, padding: number): Promise<number> {
	const { transport } = room.connection;
	const send = transport.send.bind(transport);
	let bytes = 0;
	transport.send = (data) => {
		bytes = data.length;
		send(data);
	};
	ok(await room.request("hello", { padding: "x".repeat(padding) }));
	transport.send = send;
	return bytes;
}
