/** The whole wire contract on two processes: every call and every seat goes to the other one. */
import { deepEqual } from "node:assert/strict";
import { contractScenarios } from "../scenarios/contract.ts";
import type { Site } from "../scenarios/site.ts";
import { ClusterUnderTest } from "../support/cluster-under-test.ts";

describe("two processes", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;
	let calls = 0;

	before(async function () {
		this.timeout(180_000);
		cluster = await ClusterUnderTest.start({ processes: 2 });
	});

	after(async () => {
		await cluster?.stop();
		deepEqual(cluster.errors(), []);
	});

	const site: Site = {
		origin() {
			calls += 1;
			return cluster.origin(calls % cluster.size);
		},
		async restart() {
			for (let process = 0; process < cluster.size; process += 1) await cluster.kill(process);
			await cluster.startAll();
		},
	};
	contractScenarios(() => site);
});
