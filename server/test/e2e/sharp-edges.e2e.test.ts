/**
 * What Colyseus 0.18 does not survive, or does wrong, when strangers are at the other end, tried
 * on a whole server. After every test the same process still answers, a bystander's vote still
 * counts, and nothing has reached the process's last line of defence.
 */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { Client } from "@colyseus/sdk";
import { Protocol } from "@colyseus/shared-types";
import { pack } from "msgpackr";
import { defaultLimits } from "../../../schema/limits.ts";
import { BesiegedServer, besiege } from "../support/besieged-server.ts";
import { type RawSeat, requestFrame } from "../support/raw-seat.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { refusalOf, until } from "../support/wire-client.ts";

const siege = new BesiegedServer();

/** A test after which everybody else must be able to go on as before. */
function edge(title: string, attack: () => Promise<void>): void {
	it(title, () => siege.withstands(attack));
}

/** The seat is open and its requests are answered. */
async function isServed(seat: RawSeat): Promise<void> {
	equal((await seat.request("hello")).status, 0);
}

async function proxied(): Promise<{ readonly proxy: TcpProxy; readonly origin: string }> {
	const proxy = await tcpProxy(siege.server.port);
	siege.cleanUp(() => proxy.close());
	return { proxy, origin: `http://127.0.0.1:${proxy.port}` };
}

describe("sharp edges", () => {
	besiege(siege);

	describe("joining and leaving", () => {
		for (const drop of ["close", "terminate"] as const) {
			edge(
				`[S1] a join that is dropped by ${drop} before its acknowledgement ends nothing`,
				async () => {
					for (let round = 0; round < 10; round += 1) {
						const claim = siege.newcomer();
						const dropped = siege.openSeat(await siege.reserve(claim), { isAcknowledging: false });
						await dropped.joined;
						dropped.socket[drop]();
						await dropped.closed;
						const back = await siege.rawSeat({ participantToken: claim.participantToken });
						equal((await back.request("hello")).value.nickname, claim.nickname);
					}
				},
			);
		}

		edge(
			"[S1] a socket that is gone while its join is still being decided ends nothing",
			async () => {
				for (let round = 0; round < 20; round += 1) {
					const gone = siege.openSeat(await siege.reserve());
					await once(gone.socket, "open");
					gone.socket.terminate();
				}
				await until(() => siege.bystander.state.online === 1);
			},
		);

		edge(
			"[S6] a connection that is cut comes back by the SDK's own reconnection, also on Node 20",
			async () => {
				const { proxy, origin } = await proxied();
				const room = await siege.enter(origin);
				Object.assign(room.reconnection, { enabled: true, minUptime: 0 });
				const { participantId } = await room.request("hello");
				await room.request("vote", { questionId: "q1", choices: [0], revision: 1 });
				const { participants } = (await siege.client.http("GET", `/api/polls/${siege.poll.code}`))
					.body;

				const isBack = new Promise<void>((resolve) => room.onReconnect(resolve));
				proxy.cut();
				await isBack;

				const hello = await until(() => room.request("hello").catch(() => undefined));
				equal(hello.participantId, participantId);
				deepEqual(hello.ballots, [{ questionId: "q1", revision: 1, choices: [0] }]);
				await room.request("vote", { questionId: "q1", choices: [1], revision: 2 });
				const after = await siege.client.http("GET", `/api/polls/${siege.poll.code}`);
				equal(after.body.participants, participants);
			},
		);

		edge(
			"[S8] a socket that only looks open is replaced at once by whoever shows its token",
			async () => {
				const { proxy, origin } = await proxied();
				const reservation = await siege.reserve();
				const stale = await new Client(origin).consumeSeatReservation(reservation);
				stale.reconnection.enabled = false;
				const { participantId } = await stale.request("hello");
				proxy.mode = "black-hole";

				const query = `&reconnectionToken=${stale.reconnectionToken.split(":")[1]}`;
				const startedAt = Date.now();
				const fresh = siege.openSeat(reservation, { query });
				await fresh.joined;
				equal((await fresh.request("hello")).value.participantId, participantId);
				ok(Date.now() - startedAt < 8_000, "it waited for the ping sweep");
			},
		);

		edge("[S8] a token that is not the connection's own replaces nobody", async () => {
			const reservation = await siege.reserve();
			const seat = siege.openSeat(reservation);
			await seat.joined;
			for (const token of ["x", "", "__proto__", "constructor"]) {
				await siege.openSeat(reservation, { query: `&reconnectionToken=${token}` }).closed;
			}
			await isServed(seat);
		});

		edge("[S10] what is asked before the join is acknowledged is answered after it", async () => {
			const seat = siege.openSeat(await siege.reserve(), { isAcknowledging: false });
			await seat.joined;
			const early = Array.from({ length: 20 }, () => seat.request("hello"));
			const vote = seat.request("vote", { questionId: "q1", choices: [1], revision: 1 });
			seat.acknowledge();
			for (const { status } of await Promise.all([...early, vote])) equal(status, 0);
		});

		edge("[S10] whoever connects and says nothing holds up nobody", async () => {
			const bare = connect(siege.server.port, "127.0.0.1");
			siege.cleanUp(() => bare.destroy());
			await once(bare, "connect");
			await siege.openSeat(await siege.reserve(), { isAcknowledging: false }).joined;
			await isServed(await siege.rawSeat());
		});
	});

	describe("frames", () => {
		edge(
			"[S2] an unknown type with a long name is ignored as a message, refused as a request",
			async () => {
				const room = await siege.enter();
				for (const type of ["t".repeat(150), "__proto__", "constructor", "toString", "*", 7]) {
					room.send(type, 1);
					room.sendBytes(type, new Uint8Array([1, 2, 3]));
					equal((await refusalOf(room.request(type, 1))).code, "invalid_input");
				}
				equal((await room.request("hello")).role, "participant");

				const seat = await siege.rawSeat();
				equal((await seat.request("t".repeat(16_000))).value.code, "invalid_input");
				await isServed(seat);
			},
		);

		edge(
			"[S7] frames that are nothing of ours are ignored, whatever their first byte and their rest",
			async () => {
				const bytes = lehmer(20_261_122);
				let seat = await siege.rawSeat();
				for (let code = 0; code < 256; code += 1) {
					const tails = [
						[],
						...[1, 5, 60].map((length) => Array.from({ length }, () => bytes() % 256)),
					];
					for (const tail of tails) seat.send([code, ...tail]);
					if (code === Protocol.LEAVE_ROOM) {
						// The one frame that is a wish to go.
						await seat.closed;
						seat = await siege.rawSeat();
					}
					await isServed(seat);
				}
			},
		);

		edge(
			"[S7] an empty frame, a text, inputs and a second acknowledgement change nothing",
			async () => {
				const seat = await siege.rawSeat();
				await isServed(seat);
				seat.send([]);
				seat.socket.send("hello");
				seat.socket.send("\n");
				seat.acknowledge();
				seat.acknowledge();
				seat.send([Protocol.ROOM_INPUT_RELIABLE, 1, 2]);
				seat.send([Protocol.ROOM_INPUT_UNRELIABLE, 0xff, 0xff]);
				seat.send([Protocol.ROOM_DATA, 0xd9]);
				seat.send([Protocol.ROOM_DATA, 0xc1, 0xff, 0xff]);
				seat.send([Protocol.ROOM_DATA, 0xcf, 1]);
				await isServed(seat);
			},
		);

		const unreadable: readonly (readonly [what: string, payload: readonly number[]])[] = [
			["the byte that MessagePack never uses", [0xc1, 0xff, 0xff]],
			["a string that is longer than the frame", [0xdb, 0xff, 0xff, 0xff, 0xff, 1]],
			["an array of four thousand million", [0xdd, 0xff, 0xff, 0xff, 0xff]],
			[
				"arrays of thirty million in each other",
				Array(500).fill([0xdd, 0x01, 0xc9, 0xc3, 0x80]).flat(),
			],
			["a map without its values", [0xdf, 0x00, 0xff, 0xff, 0xff, 0xa1, 0x61]],
			["sixteen thousand arrays in each other", Array(16_000).fill(0x91)],
			["an extension nobody knows", [0xc7, 1, 0x55, 1]],
			["a regular expression that is none", [0xc7, 5, 0x78, 0x92, 0xa1, 0x28, 0xa1, 0x67]],
			["a record that is never defined", [0xd4, 0x72, 0x40, 0xc1]],
			["two values instead of one", [0x80, 0x80]],
		];
		for (const [what, payload] of unreadable) {
			edge(
				`[S7] a request whose payload is ${what} is refused, and the connection stays`,
				async () => {
					const seat = await siege.rawSeat();
					for (const type of ["hello", "vote"]) {
						const { status, value } = await seat.requestBytes(type, Uint8Array.from(payload));
						deepEqual([status, value.code, value.retryable], [1, "invalid_input", false]);
					}
					await isServed(seat);
				},
			);
		}

		edge("[S7] a request without a readable id or type is ignored", async () => {
			const seat = await siege.rawSeat();
			for (const header of [
				[],
				[0xd9],
				[0xc0],
				[0xcb, 1, 2],
				[0xd0, 0xff, 0xa1, 0x61],
				[0xca, 0, 0, 0xc0, 0x7f],
			]) {
				seat.send([Protocol.ROOM_REQUEST, ...header]);
			}
			await isServed(seat);
		});

		edge(
			"[W7] a message at the limit is answered, one byte more closes that connection with 1009 and no other",
			async () => {
				const neighbour = await siege.rawSeat();
				const seat = await siege.rawSeat();
				const { messageMaxBytes } = defaultLimits;
				const answer = await seat.requestBytes("hello", helloFilling(messageMaxBytes));
				deepEqual([answer.status, answer.value.role], [0, "participant"]);
				seat.send(requestFrame(2, "hello", helloFilling(messageMaxBytes + 1)));
				equal(await seat.closed, 1009);
				await isServed(neighbour);
			},
		);

		edge("[S5] a congested client decodes exactly the state that the others see", async () => {
			const poll = await siege.client.create({ questions: Array.from({ length: 40 }, question) });
			const host = await siege.client.enter(poll.code, { hostToken: poll.hostToken });
			siege.cleanUp(() => host.leave());
			const slow = await siege.rawSeat({ nickname: "Slow" }, poll.code);
			const quick = await siege.rawSeat({ nickname: "Quick" }, poll.code);
			const questions = Array.from({ length: 40 }, (_, index) => `q${index + 1}`);
			for (const questionId of questions) {
				await host.request("open-question", { questionId });
				await slow.request("vote", { questionId, choices: [9], revision: 1 });
			}

			// Answers that nobody reads fill the network's buffers; what follows waits in the server.
			slow.pause();
			const unread = Array.from({ length: HELLOS_UNREAD }, () => slow.request("hello"));
			for (const [index, questionId] of questions.entries()) {
				const vote = { questionId, choices: [index % 10], revision: 1 };
				const { value } = await quick.request("vote", vote);
				if (index % 4 === 0) await host.request("add-question", question(null, 100 + index));
				// A patch each, all of them out of the same buffer.
				await until(() => quick.view.seq >= value.seq);
			}
			notEqual(slow.view.seq, quick.view.seq, "the slow client was never congested");
			slow.resume();
			await Promise.all(unread);
			await until(() => slow.view.questions.length === 50 && slow.view.seq === quick.view.seq);

			deepEqual(slow.decodingProblems, []);
			deepEqual(slow.view.toJSON(), quick.view.toJSON());
			const ballots = quick.view.questions.map((shown) => shown.ballots);
			deepEqual(ballots, [...Array(40).fill(2), ...Array(10).fill(0)]);
		});
	});
});

/** Enough to fill the buffers of a loopback connection, whose sizes the system chooses: about 9 MB. */
const HELLOS_UNREAD = 4_000;
function question(_: unknown, number: number): object {
	const options = Array.from({ length: 10 }, (__, option) => `${number}.${option}`);
	return { prompt: `Question ${number}`, options };
}

/** The payload of a `hello` whose frame has this many bytes. */
function helloFilling(frameBytes: number): Uint8Array {
	const padded = (length: number) => pack({ ignored: "x".repeat(length) });
	const rest = frameBytes - requestFrame(1, "hello", padded(1_000)).length;
	return padded(1_000 + rest);
}

/** Lehmer's generator, seeded: the same bytes in every run. */
function lehmer(seed: number): () => number {
	let state = seed % 2_147_483_647;
	return () => {
		state = (state * 48_271) % 2_147_483_647;
		return state;
	};
}
