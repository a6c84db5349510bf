/** A process whose Redis hangs or is gone: its limits hold all the same, neither open nor shut. */
import { deepEqual, ok } from "node:assert/strict";
import { startRedis } from "../../../../ops/services/redis-server.ts";
import { withOverrides } from "../../support/attack-overrides.ts";
import { AttackedServer, POLL_FORM } from "../../support/attack-server.ts";
import { freshDatabaseUrl, tempDir } from "../../support/databases.ts";

describe("limits without their Redis", function () {
	this.timeout(120_000);

	/** The statuses of 30 polls that one address makes, and of 32 more after the signal to Redis. */
	async function made(signal: "SIGSTOP" | "SIGKILL", environment: NodeJS.ProcessEnv = {}) {
		const redis = await startRedis({ directory: await tempDir() });
		const target = await AttackedServer.start({
			DATABASE_URL: await freshDatabaseUrl(),
			REDIS_URL: redis.url,
			...environment,
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
			await target.votes();
			return { statuses, seconds };
		} finally {
			if (signal === "SIGSTOP") await redis.kill("SIGCONT");
			await target.stop();
			await redis.stop();
		}
	}

	for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
		it(`[T27] after ${signal} of Redis an address still gets 60 polls and no more, within seconds`, async () => {
			const { statuses, seconds } = await made(signal);
			deepEqual(statuses, [...Array(60).fill(201), 429, 429]);
			ok(seconds < 30, `${seconds} s`);
		});
	}

	it("[T27] would get more if processes did not count for themselves as well", async () => {
		const withoutMemory = withOverrides({
			"server/limits/counts": `export class Counts extends original.Counts {
				async increment(key) {
					return (await this.countShared(key)) ?? { totalHits: 0, resetTime: new Date() };
				}
			}`,
		});
		const { statuses } = await made("SIGKILL", withoutMemory);
		deepEqual(statuses, Array(62).fill(201));
	});
});
