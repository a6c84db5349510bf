/** A poll is deleted through a process that has not its room. */
import assert from "node:assert/strict";
import { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { until, WireClient } from "../support/wire-client.ts";

const OWNER = 0;
const OTHER = 1;

describe("deleting a poll from another process", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;

	before(async () => {
		cluster = await ClusterUnderTest.start({ processes: 2 });
	});
	after(() => cluster?.stop());

	/** Resolves to the codes with which its people were sent away. */
	async function deleteFromElsewhere(whenPeopleAreIn: () => Promise<void>): Promise<number[]> {
		const owner = new WireClient(cluster.origin(OWNER));
		const poll = await owner.create({ question: "?", options: ["a", "b"] });
		const claims = [{ hostToken: poll.hostToken }, { role: "viewer" }, { nickname: "Ada" }];
		const rooms = await Promise.all(claims.map((claim) => owner.enter(poll.code, claim)));
		assert.equal(await cluster.ownerOf(poll.id), OWNER);
		const closes: number[] = [];
		for (const room of rooms) room.onLeave((code) => closes.push(code));
		await whenPeopleAreIn();
		const other = new WireClient(cluster.origin(OTHER));
		const headers = { authorization: `Bearer ${poll.hostToken}` };
		const { status } = await other.http("DELETE", `/api/polls/${poll.code}`, undefined, headers);
		assert.equal(status, 204);
		await until(() => closes.length === rooms.length);
		for (const client of [owner, other]) {
			assert.equal((await client.http("GET", `/api/polls/${poll.code}`)).status, 404);
		}
		return closes;
	}

	it("[E13] closes its room there with 4102", async () => {
		assert.deepEqual(await deleteFromElsewhere(async () => {}), [4102, 4102, 4102]);
	});

	it("[E13] closes it with 4102 too while Redis is away", async () => {
		const closes = await deleteFromElsewhere(() => cluster.redis.kill());
		assert.deepEqual(closes, [4102, 4102, 4102]);
	});
});
