import { deepEqual, equal, notDeepEqual } from "node:assert/strict";
import { EventEmitter } from "node:events";
import { createServer } from "node:http";
import { type Client, ClientState, type Room, SchemaSerializer } from "@colyseus/core";
import { Decoder } from "@colyseus/schema";
import { PollView, QuestionView } from "../../schema/view/poll-view.ts";
import { copyOnEncode, refuseUnreadableUpgrades } from "./framework-guards.ts";

describe("[S5] the buffer that all patches are encoded into", () => {
	it("is copied, so that frames which wait for a slow reader stay what they were", () => {
		const { promptly, late } = readTwice(copyOnEncode);
		equal((promptly as { readonly questions: readonly unknown[] }).questions.length, 40);
		deepEqual(late, promptly);
	});

	it("is shared by core: without the copy a slow reader finds later bytes in earlier frames", () => {
		const { promptly, late } = readTwice(() => {});
		notDeepEqual(late, promptly);
	});

	/** Forty patches, read by one client at once and by another only at the end, as from a full socket. */
	function readTwice(guard: (room: Room) => void): { readonly promptly: object; late: unknown } {
		const state = new PollView();
		const serializer = new SchemaSerializer<PollView>();
		serializer.reset(state);
		guard({ _serializer: serializer } as unknown as Room);
		const promptly = reader();
		const frames = [serializer.getFullState()];
		const clients = [promptly, (frame: Uint8Array) => void frames.push(frame)].map(
			(raw) => ({ state: ClientState.JOINED, raw }) as unknown as Client,
		);
		promptly(frames[0] as Uint8Array);
		for (let number = 1; number <= 40; number += 1) {
			state.seq = number;
			state.title = "x".repeat(number);
			state.questions.push(questionView(number));
			serializer.applyPatches(clients);
		}
		return { promptly: promptly.view.toJSON(), late: readAtOnce(frames) };
	}

	function questionView(number: number): QuestionView {
		const prompt = `Question ${number}`;
		const view = new QuestionView({ id: `q${number}`, prompt, kind: "single", maxChoices: 1 });
		for (let option = 0; option < 10; option += 1) view.options.push(`${number}.${option}`);
		return view;
	}

	function reader(): { (frame: Uint8Array): void; readonly view: PollView } {
		const view = new PollView();
		const decoder = new Decoder(view);
		const read = (frame: Uint8Array): void => void decoder.decode(frame, { offset: 1 });
		return Object.assign(read, { view });
	}

	/** Broken frames may throw; the decoder reports what it skips to the console. */
	function readAtOnce(frames: readonly Uint8Array[]): unknown {
		const { warn, error } = console;
		Object.assign(console, { warn() {}, error() {} });
		try {
			const late = reader();
			frames.forEach(late);
			return late.view.toJSON();
		} catch (problem) {
			return problem;
		} finally {
			Object.assign(console, { warn, error });
		}
	}
});

describe("[S9] the target of an upgrade", () => {
	function upgrade(url: string): { readonly isClosed: boolean; readonly seenByTransport: string } {
		const server = createServer();
		let seenByTransport = "";
		server.on("upgrade", (request) => {
			seenByTransport = String(new URL(`ws://server${request.url}`).pathname);
		});
		refuseUnreadableUpgrades(server);
		const socket = Object.assign(new EventEmitter(), { isClosed: false, destroy: () => close() });
		const close = (): void => {
			socket.isClosed = true;
		};
		server.emit("upgrade", { url }, socket, Buffer.alloc(0));
		return { isClosed: socket.isClosed, seenByTransport };
	}

	for (const url of ["*:99999", "*[", "*", "http://[::1", ""]) {
		it(`${JSON.stringify(url)} closes the socket before the transport can throw`, () => {
			deepEqual(upgrade(url), { isClosed: true, seenByTransport: "/" });
		});
	}

	it("is left alone when it is a path, however strange", () => {
		for (const url of ["/", "//", "/[", "/a/b?sessionId=%E0%A4%A", "/:99999"]) {
			equal(upgrade(url).isClosed, false);
		}
	});
});
