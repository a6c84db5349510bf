/** The status of two processes, asked of one; and what is counted when one of them dies. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { ProcessStatus } from "../../telemetry/status.ts";
import { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { until, WireClient, type WireRoom } from "../support/wire-client.ts";

const TOKEN = "an-ops-token-of-some-length";
const BEARER = { authorization: `Bearer ${TOKEN}` };

describe("the status of a cluster", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;

	before(async () => {
		cluster = await ClusterUnderTest.start({ processes: 2, environment: { OPS_TOKEN: TOKEN } });
	});
	after(() => cluster?.stop());

	const client = (process: number) => new WireClient(cluster.origin(process));

	async function statusAt(process: number): Promise<readonly ProcessStatus[]> {
		const { body } = await client(process).http("GET", "/ops/status.json", undefined, BEARER);
		return body.processes;
	}

	async function metric(process: number, series: string): Promise<number> {
		const { text } = await client(process).http("GET", "/metrics", undefined, BEARER);
		const line = text.split("\n").find((one) => one.startsWith(`${series} `));
		ok(line, `no ${series}`);
		return Number(line.slice(series.length));
	}

	it("[M18] either process tells of both, and of the polls of both with their people", async () => {
		const polls: {
			readonly id: string;
			readonly code: string;
			readonly rooms: readonly WireRoom[];
		}[] = [];
		for (const process of [0, 1]) {
			const poll = await client(process).create({ question: "?", options: ["a", "b"] });
			const rooms = [];
			for (let person = 0; person <= process; person += 1) {
				rooms.push(await client(process).enter(poll.code, { nickname: `Person ${person}` }));
			}
			polls.push({ ...poll, rooms });
		}
		for (const process of [0, 1]) {
			// Who does not answer in time is left out.
			const all = await until(async () => {
				const answered = await statusAt(process);
				return answered.length > 1 ? answered : undefined;
			});
			equal(all.length, 2);
			equal(new Set(all.map((one) => one.process)).size, 2);
			const [own, other] = all.map((one) => one.polls);
			const expected = polls.map(({ id, code, rooms: { length } }) => [
				{ pollId: id, code, connections: length, participants: length, waiting: 0 },
			]);
			deepEqual([own, other], process === 0 ? expected : expected.toReversed());
		}
		for (const { rooms } of polls) for (const room of rooms) await room.leave();
	});

	it("[M18] Redis commands are timed, and no vote costs one", async () => {
		const poll = await client(0).create({ question: "?", options: ["a", "b"] });
		const { code, hostToken } = poll;
		const host = await client(0).enter(code, { hostToken });
		await until(() => host.state?.questions?.length);
		if (host.state.questions[0].status !== "open") {
			await host.request("open-question", { questionId: "q1" });
		}
		const room = await client(0).enter(code, { nickname: "Ada" });
		// What is written of the newcomer is written within a second.
		await new Promise((resolve) => setTimeout(resolve, 1_500));
		const count = "plenum_redis_command_duration_seconds_count";
		const before = await metric(0, count);
		const startedAt = performance.now();
		for (let revision = 1; revision <= 200; revision += 1) {
			await room.request("vote", { questionId: "q1", choices: [revision % 2], revision });
		}
		const seconds = (performance.now() - startedAt) / 1_000;
		const commands = (await metric(0, count)) - before;
		ok(before > 0);
		// The beat, its message, and the ping of the check; none of them counts votes.
		ok(commands < 20 + 5 * seconds, `${commands} commands for 200 votes in ${seconds} s`);
		await room.leave();
		await host.leave();
	});

	it("[M18] a poll whose owner was killed is counted as taken over, with the time it was without one", async () => {
		const taken = 'plenum_activations_total{reason="takeover"}';
		const recoveries = "plenum_recovery_duration_seconds_count";
		const poll = await client(1).create({ question: "?", options: ["a", "b"] });
		await client(1).enter(poll.code, { role: "viewer" });
		equal(await cluster.ownerOf(poll.id), 1);
		deepEqual([await metric(0, taken), await metric(0, recoveries)], [0, 0]);
		await cluster.kill(1);
		const room = await until(() =>
			client(0)
				.enter(poll.code, { role: "viewer" })
				.catch(() => undefined),
		);
		deepEqual([await metric(0, taken), await metric(0, recoveries)], [1, 1]);
		ok((await metric(0, "plenum_recovery_duration_seconds_sum")) > 0);
		deepEqual((await statusAt(0)).length, 1);
		await room.leave();
		await cluster.startAgain(1);

		// An orderly stop leaves nobody without an owner.
		await client(1).http("GET", "/health/live");
		const other = await client(1).create({ question: "?", options: ["a", "b"] });
		await client(1).enter(other.code, { role: "viewer" });
		await cluster.kill(1, "SIGTERM");
		const again = await until(() =>
			client(0)
				.enter(other.code, { role: "viewer" })
				.catch(() => undefined),
		);
		deepEqual([await metric(0, taken), await metric(0, recoveries)], [1, 1]);
		await again.leave();
	});
});
