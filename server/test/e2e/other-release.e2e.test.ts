import { deepEqual, equal } from "node:assert/strict";
import { createRouter, LocalDriver, LocalPresence, matchMaker, Room, Server } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { colyseusSeats } from "../../../client/src/session/colyseus-seat.ts";
import { httpApi } from "../../../client/src/session/http-api.ts";
import type { PollSnapshot } from "../../../client/src/session/view.ts";
import { freePort } from "../../../ops/services/free-port.ts";
import { until } from "../support/wire-client.ts";

/** The state as another release might have it: other types, another order, fields that nobody here knows. */
const OtherQuestion = schema(
	{
		explanation: t.string(),
		counts: t.array("uint32"),
		options: t.array("string"),
		id: t.string(),
		prompt: t.string(),
		kind: t.string(),
		status: t.string(),
		ballots: t.uint32(),
		maxChoices: t.uint16(),
	},
	"OtherQuestion",
);
const OtherPoll = schema(
	{
		mood: t.string(),
		questions: t.array(OtherQuestion),
		seq: t.uint32(),
		epoch: t.float64(),
		code: t.string(),
		title: t.string(),
		status: t.string(),
		currentQuestionId: t.string(),
		capacity: t.uint16(),
		participants: t.uint32(),
		online: t.uint32(),
		hostOnline: t.boolean(),
		storage: t.string(),
	},
	"OtherPoll",
);

class OtherRoom extends Room {
	override state = new OtherPoll({
		...{ mood: "calm", seq: 70_000, epoch: 3, code: "ABC234", title: "Where to?" },
		...{ status: "open", currentQuestionId: "q1", capacity: 500, participants: 2, online: 1 },
		...{ hostOnline: true, storage: "ok", questions: [] },
	});

	override onCreate(): void {
		const { questions } = this.state;
		const question = new OtherQuestion({
			...{ explanation: "new", id: "q1", prompt: "Where to?", kind: "single", status: "open" },
			...{ ballots: 2, maxChoices: 1, options: [], counts: [] },
		});
		question.options.push("North", "South");
		question.counts.push(2, 0);
		questions.push(question);
		this.onMessage("hello", () => {
			question.counts[1] = 300;
			this.state.seq += 1;
		});
	}
}

describe("a page and a server of different releases", () => {
	let server: Server;
	let origin: string;

	before(async () => {
		server = new Server({
			transport: new WebSocketTransport(),
			driver: new LocalDriver(),
			presence: new LocalPresence(),
			greet: false,
		});
		server.router = createRouter({});
		server.define("poll", OtherRoom);
		const port = await freePort();
		await server.listen(port, "127.0.0.1");
		origin = `http://127.0.0.1:${port}`;
	});
	after(() => server.gracefullyShutdown(false));

	it("[C55] the page reads the state as the server describes it", async () => {
		const api = { ...httpApi(origin), takeSeat: () => matchMaker.joinOrCreate("poll", {}) };
		const shown: PollSnapshot[] = [];
		const seats = colyseusSeats(origin, "ABC234", api);
		const events = {
			reserved() {},
			shown: (snapshot: PollSnapshot) => void shown.push(snapshot),
			rosterChanged() {},
			closed() {},
		};
		const signal = AbortSignal.timeout(10_000);
		const connection = await seats.take({ role: "viewer" }, events, signal);
		try {
			await until(() => shown.length > 0);
			const [{ seq, capacity, questions } = {} as PollSnapshot] = shown;
			deepEqual([seq, capacity], [70_000, 500]);
			deepEqual(
				questions.map(({ id, options, counts }) => [id, options, counts]),
				[["q1", ["North", "South"], [2, 0]]],
			);
			void connection.request("hello", {});
			await until(() => shown.at(-1)?.seq === 70_001);
			deepEqual(shown.at(-1)?.questions[0]?.counts, [2, 300]);
			equal(shown.at(-1)?.questions[0]?.ballots, 2);
		} finally {
			connection.drop();
		}
	});
});
