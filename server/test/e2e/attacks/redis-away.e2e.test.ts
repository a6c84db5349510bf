/** A process whose Redis hangs or is gone: its limits hold all the same, neither open nor shut. */
import { deepEqual, ok } from "node:assert/strict";
import { startRedis } from "../../../../ops/services/redis-server.ts";
import { AttackedServer, POLL_FORM } from "../../support/attack-server.ts";
import { freshDatabaseUrl, tempDir } from "../../support/databases.ts";

describe("limits without their Redis", function () {
	this.timeout(90_000);

	for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
		it(`[T27] after ${signal} of Redis an address still gets 60 polls and no more, within seconds`, async () => {
			const redis = await startRedis({ directory: await tempDir() });
			const target = await AttackedServer.start({
				DATABASE_URL: await freshDatabaseUrl(),
				REDIS_URL: redis.url,
			});
			try {
				const spammer = target.from("203.0.113.70");
				const create = async () => (await spammer.http("POST", "/api/polls", POLL_FORM)).status;
				const statuses: number[] = [];
				for (let n = 0; n < 30; n += 1) statuses.push(await create());
				await redis.kill(signal);
				const startedAt = performance.now();
				for (let n = 0; n < 32; n += 1) statuses.push(await create());
				const seconds = (performance.now() - startedAt) / 1_000;
				deepEqual(statuses, [...Array(60).fill(201), 429, 429]);
				ok(seconds < 15, `${seconds} s`);
				await target.votes();
			} finally {
				if (signal === "SIGSTOP") await redis.kill("SIGCONT");
				await target.stop();
				await redis.stop();
			}
		});
	}
});
