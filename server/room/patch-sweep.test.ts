import { deepEqual, equal, ok } from "node:assert/strict";
import { type Client, ClientState, type Room, SchemaSerializer } from "@colyseus/core";
import { Decoder, StateView } from "@colyseus/schema";
import { PollView } from "../../schema/view/poll-view.ts";
import { copyOnEncode } from "./framework-guards.ts";
import { SLICE_CLIENTS, sweepInSlices } from "./patch-sweep.ts";

interface Screen {
	readonly client: Client;
	readonly view: PollView;
	frames: number;
}

function setup(people: number) {
	const state = new PollView();
	const serializer = new SchemaSerializer<PollView>();
	serializer.reset(state);
	const room = { _serializer: serializer } as unknown as Room;
	copyOnEncode(room);
	const catchUp = sweepInSlices(room);
	const screens = Array.from({ length: people }, screen);
	const clients = () => screens.map(({ client }) => client);
	return { state, screens, patch: () => serializer.applyPatches(clients()), enter, catchUp };

	function screen(): Screen {
		const view = new PollView();
		const decoder = new Decoder(view);
		const raw = (frame: Uint8Array): void => {
			decoder.decode(frame, { offset: 1 });
			screen.frames += 1;
		};
		const client = { state: ClientState.JOINED, raw } as unknown as Client;
		const screen: Screen = { client, view, frames: 0 };
		return screen;
	}

	/** Somebody who is given the whole state now, as core does on their first frame. */
	function enter(): Screen {
		const newcomer = screen();
		newcomer.client.raw(serializer.getFullState(newcomer.client));
		screens.push(newcomer);
		return newcomer;
	}
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number): Promise<void> => {
	for (let turn = 0; turn < count; turn += 1) await nextTurn();
};

describe("[S12] a patch to many", () => {
	it("lets others have their turn after every few hundred", async () => {
		const { state, screens, patch } = setup(4 * SLICE_CLIENTS);
		state.seq = 1;
		patch();
		const seen = () => screens.filter(({ view }) => view.seq === 1).length;
		equal(seen(), SLICE_CLIENTS);
		await nextTurn();
		ok(seen() < screens.length);
		await turns(4);
		equal(seen(), screens.length);
	});

	it("goes out in one go to few", () => {
		const { state, screens, patch } = setup(SLICE_CLIENTS);
		state.seq = 1;
		patch();
		ok(screens.every(({ view }) => view.seq === 1));
	});

	it("is whole, and once, when the next one comes before its end", async () => {
		const { state, screens, patch } = setup(3 * SLICE_CLIENTS);
		for (const seq of [1, 2, 3]) {
			state.seq = seq;
			state.title = `${seq}`;
			patch();
		}
		await turns(5);
		for (const { view, frames } of screens) deepEqual([view.seq, view.title, frames], [3, "3", 3]);
	});

	it("is not told again to somebody who came in while it went out", async () => {
		const { state, patch, enter } = setup(3 * SLICE_CLIENTS);
		state.seq = 1;
		patch();
		const newcomer = enter();
		equal(newcomer.view.seq, 1);
		await turns(5);
		equal(newcomer.frames, 1);
	});

	it("reaches somebody who is answered meanwhile before the answer, and once", async () => {
		const { state, screens, patch, catchUp } = setup(3 * SLICE_CLIENTS);
		const last = screens.at(-1) as Screen;
		state.seq = 1;
		patch();
		equal(last.frames, 0);
		catchUp(last.client);
		equal(last.view.seq, 1);
		await turns(5);
		equal(last.frames, 1);
	});

	it("leaves out who has gone meanwhile", async () => {
		const { state, screens, patch } = setup(2 * SLICE_CLIENTS);
		const last = screens.at(-1) as Screen;
		state.seq = 1;
		patch();
		last.client.state = ClientState.LEAVING;
		await turns(4);
		equal(last.frames, 0);
	});

	it("is not told late to the connection that has taken an old one's place", async () => {
		const { state, screens, patch, catchUp } = setup(3 * SLICE_CLIENTS);
		const last = screens.at(-1) as Screen;
		state.seq = 1;
		patch();
		// Core gives the old client the new one's socket, to which the whole state has been sent already.
		last.client.state = ClientState.RECONNECTED;
		catchUp(last.client);
		await turns(5);
		equal(last.frames, 0);
	});

	it("shows a host what only hosts see", async () => {
		const { state, screens, patch } = setup(2 * SLICE_CLIENTS);
		const host = screens.at(-1) as Screen;
		host.client.view = new StateView();
		host.client.view.add(state);
		state.seq = 1;
		patch();
		await turns(4);
		equal(host.view.seq, 1);
		deepEqual([host.frames, screens[0]?.frames], [1, 1]);
	});
});
