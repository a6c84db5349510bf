/**
 * A Colyseus server whose room has the state of a poll as another release might have it: other types,
 * another order, fields that nobody here knows. A process of its own, since core knows one server only;
 * it sends its port to the one that forked it.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { LocalDriver, LocalPresence, Room, Server } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

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
		// To nobody: what is pending would be told a second time to whoever is given the whole state.
		this.broadcastPatch();
		this.onMessage("hello", () => {
			question.counts[1] = 300;
			this.state.seq += 1;
		});
	}
}

const http = createServer();
const server = new Server({
	transport: new WebSocketTransport({ server: http }),
	driver: new LocalDriver(),
	presence: new LocalPresence(),
	greet: false,
});
server.define("poll", OtherRoom);
await server.listen(0, "127.0.0.1");
process.send?.((http.address() as AddressInfo).port);
