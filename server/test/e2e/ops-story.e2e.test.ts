/** One id through two processes: the whole story of a vote, as somebody with the logs of both can tell it. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { Client } from "@colyseus/sdk";
import { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { until, WireClient } from "../support/wire-client.ts";

const ID = "the-story-of-one-vote";
const NICKNAME = "Zaphod-of-the-logs";
const CHOSEN = 1;

describe("the log of a cluster", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;

	before(async () => {
		cluster = await ClusterUnderTest.start({ processes: 2, environment: { LOG_LEVEL: "debug" } });
	});
	after(() => cluster?.stop());

	/** The lines of a process that carry the id, by what they say. */
	function linesOf(process: number): readonly string[] {
		const lines = cluster.server(process).output().split("\n");
		return lines.filter((line) => line.includes(ID));
	}
	const told = (process: number, message: string) => {
		const lines = linesOf(process).map((line) => JSON.parse(line));
		return lines.filter(({ msg }) => msg === message);
	};

	it("[M19] tells a vote's whole story by one id: seat given here, taken there, vote answered, entry durable", async () => {
		const [asked, owner] = [new WireClient(cluster.origin(0)), new WireClient(cluster.origin(1))];
		const poll = await owner.create({ question: "?", options: ["a", "b"] });
		const { code, hostToken } = poll;
		const host = await owner.enter(code, { hostToken });
		await until(() => host.state?.questions?.length);
		if (host.state.questions[0].status !== "open") {
			await host.request("open-question", { questionId: "q1" });
		}

		const claim = { nickname: NICKNAME };
		const headers = { "x-request-id": ID };
		const seat = await asked.http("POST", `/api/polls/${code}/seats`, claim, headers);
		equal(seat.status, 200, seat.text);
		equal(seat.headers.get("x-request-id"), ID);
		const client = new Client(cluster.origin(0));
		const room = await client.consumeSeatReservation<{ epoch: number }>(seat.body);
		room.reconnection.enabled = false;
		const me = await room.request("hello", {});
		const vote = { questionId: "q1", choices: [CHOSEN], revision: 1 };
		const receipt = await room.request("vote", vote);

		const given = await until(() => told(0, "seat given")[0]);
		const { pollId } = given;
		deepEqual(
			[given.requestId, given.role, given.process],
			[ID, "participant", seat.body.processId],
		);
		equal(pollId, poll.id);
		await until(() => told(1, "entry is durable").length === 2);
		await until(() => told(1, "request answered").some(({ request }) => request === "vote"));
		deepEqual(
			told(1, "seat taken").map(({ role, pollId }) => [role, pollId]),
			[["participant", poll.id]],
		);
		deepEqual(
			told(1, "entry is durable").map(({ kind, epoch, seq }) => [kind, epoch, seq]),
			[
				["participant-joined", room.state.epoch, receipt.seq - 1],
				["vote-cast", room.state.epoch, receipt.seq],
			],
		);
		const [answered] = told(1, "request answered").filter(({ request }) => request === "vote");
		deepEqual(
			[answered.outcome, answered.participantId, answered.pollId],
			["accepted", me.participantId, poll.id],
		);
		deepEqual([told(0, "seat taken"), told(0, "entry is durable")], [[], []]);

		const lines = [...linesOf(0), ...linesOf(1)];
		for (const secret of [NICKNAME, me.participantToken, hostToken, "choices", "oken"]) {
			ok(secret, "there is nothing to look for");
			deepEqual(
				lines.filter((line) => line.includes(secret)),
				[],
			);
		}
		for (const secret of [NICKNAME, me.participantToken, hostToken, '"choices"']) {
			ok(!cluster.output().includes(secret), "a line without the id has it");
		}
		await room.leave();
		await host.leave();
	});

	it("[M19] the id of a request is in its error, and in the line about a fault", async () => {
		const client = new WireClient(cluster.origin(0));
		const headers = { "x-request-id": "an-id-of-the-caller" };
		const refused = await client.http("POST", "/api/polls/ZZZZZZ/seats", {}, headers);
		ok(refused.status >= 400 && refused.status < 500, refused.text);
		equal(refused.body.error.requestId, "an-id-of-the-caller");
		equal(refused.headers.get("x-request-id"), "an-id-of-the-caller");
		const broken = await client.http("GET", "/nowhere", undefined, { "x-request-id": "not ok!" });
		equal(broken.body.error.requestId, broken.headers.get("x-request-id"));
		ok(/^[0-9a-f-]{36}$/.test(broken.body.error.requestId));
	});
});
