import { equal, rejects } from "node:assert/strict";
import { meterRedis } from "./metered-redis.ts";
import { createMetrics } from "./metrics.ts";

describe("a metered Redis client", () => {
	it("[M18] every command is timed, failed ones included, and its caller notices nothing", async () => {
		const metrics = createMetrics("test");
		const client = {
			sendCommand({ promise }: { readonly promise: Promise<unknown> }): unknown {
				return promise;
			},
		};
		meterRedis(client, metrics);
		equal(await client.sendCommand({ promise: Promise.resolve("PONG") }), "PONG");
		await rejects(async () => client.sendCommand({ promise: Promise.reject(new Error("away")) }), {
			message: "away",
		});
		const { values } = await metrics.redisDuration.get();
		const count = values.find(({ metricName }) => metricName?.endsWith("_count"));
		equal(count?.value, 2);
	});
});
