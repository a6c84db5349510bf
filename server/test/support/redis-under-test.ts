/** A Redis of a test's own, and links to it as a process opens them. */
import { type RedisServer, startRedis } from "../../../ops/services/redis-server.ts";
import { PollPresence } from "../../cluster/poll-presence.ts";
import { openRedisLink, type RedisLink } from "../../cluster/redis-link.ts";
import { realTimers } from "../../lib/timers.ts";
import { tempDir } from "./databases.ts";

export class RedisUnderTest {
	readonly server: RedisServer;
	readonly #links: RedisLink[] = [];
	readonly #presences: PollPresence[] = [];

	private constructor(server: RedisServer) {
		this.server = server;
	}

	static async start(): Promise<RedisUnderTest> {
		return new RedisUnderTest(await startRedis({ directory: await tempDir() }));
	}

	/** Another one than before at every call, as if of another process. */
	async link(port = this.server.port): Promise<RedisLink> {
		const link = await openRedisLink(`redis://127.0.0.1:${port}`, realTimers, () => {});
		this.#links.push(link);
		return link;
	}

	async presence(link: RedisLink): Promise<PollPresence> {
		const presence = new PollPresence(link.client, realTimers);
		await presence.connect();
		this.#presences.push(presence);
		return presence;
	}

	async stop(): Promise<void> {
		for (const presence of this.#presences) presence.shutdown();
		await Promise.all(this.#links.map((link) => link.close()));
		await this.server.stop();
	}
}
