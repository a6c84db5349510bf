import { deepEqual, equal } from "node:assert/strict";
import { embeddedDirectory } from "../test/support/databases.ts";
import { type ServerUnderTest, startServer } from "../test/support/server-under-test.ts";
import { tcpProxy } from "../test/support/tcp-proxy.ts";
import { until, WireClient, type WireRoom } from "../test/support/wire-client.ts";

/** Long enough for what happens while it is away. */
const AWAY_MS = 1_500;

function resumes({ reconnection }: WireRoom): void {
	const times = { minUptime: 0, minDelay: AWAY_MS, delay: AWAY_MS };
	Object.assign(reconnection, { enabled: true, ...times });
}

describe("a connection that is resumed", function () {
	this.timeout(60_000);
	let server: ServerUnderTest;

	before(async () => {
		server = await startServer({ DATA_DIR: await embeddedDirectory(), LIMIT_VIEWERS_MAX: "1" });
	});
	after(() => server.kill("SIGKILL"));

	it("[W2] shows a host the counts of a question that was added meanwhile", async () => {
		const client = new WireClient(server.origin);
		const settings = { results: "host" };
		const poll = await client.create({
			questions: [{ prompt: "?", options: ["a", "b"] }],
			settings,
		});
		const claim = { hostToken: poll.hostToken };
		const proxy = await tcpProxy(server.port);
		try {
			const cut = await new WireClient(`http://127.0.0.1:${proxy.port}`).enter(poll.code, claim);
			resumes(cut);
			await cut.request("hello");
			const other = await client.enter(poll.code, claim);
			const isBack = new Promise<void>((resolve) => cut.onReconnect(resolve));
			const isGone = new Promise<void>((resolve) => cut.onDrop(() => resolve()));
			proxy.cut();
			await isGone;
			await other.request("add-question", { prompt: "!", kind: "single", options: ["c", "d"] });
			await isBack;
			cut.reconnection.enabled = false;
			const hostCounts = () => [...(cut.state.questions?.at(1)?.hostCounts ?? [])];
			await until(() => cut.state.questions?.length === 2);
			await until(() => hostCounts().length === 2).catch(() => {});
			deepEqual(hostCounts(), [0, 0]);
		} finally {
			await proxy.close();
		}
	});

	it("[W9] does not make one viewer too many of whoever lost their place meanwhile", async () => {
		const client = new WireClient(server.origin);
		const poll = await client.create({ question: "?", options: ["a", "b"] });
		const claim = { role: "viewer" };
		const proxy = await tcpProxy(server.port);
		try {
			const cut = await new WireClient(`http://127.0.0.1:${proxy.port}`).enter(poll.code, claim);
			resumes(cut);
			await cut.request("hello");
			const isClosed = new Promise<number>((resolve) => cut.onLeave(resolve));
			const isGone = new Promise<void>((resolve) => cut.onDrop(() => resolve()));
			proxy.cut();
			await isGone;
			const other = await client.enter(poll.code, claim);
			equal(await isClosed, 4100);
			equal(other.connection.isOpen, true);
		} finally {
			await proxy.close();
		}
	});
});
