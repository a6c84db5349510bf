import { deepEqual } from "node:assert/strict";
import { tempDir } from "../test/support/databases.ts";
import { type ServerUnderTest, startServer } from "../test/support/server-under-test.ts";
import { tcpProxy } from "../test/support/tcp-proxy.ts";
import { until, WireClient } from "../test/support/wire-client.ts";

describe("a host whose connection is resumed", function () {
	this.timeout(60_000);
	let server: ServerUnderTest;

	before(async () => {
		server = await startServer({ DATA_DIR: await tempDir() });
	});
	after(() => server.kill("SIGKILL"));

	it("[W2] sees the counts of a question that was added meanwhile", async () => {
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
			// Long enough for what follows to happen while it is away.
			const minDelay = 1_500;
			Object.assign(cut.reconnection, { enabled: true, minUptime: 0, minDelay, delay: minDelay });
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
			await until(() => hostCounts().length === 2, 5_000).catch(() => {});
			deepEqual(hostCounts(), [0, 0]);
		} finally {
			await proxy.close();
		}
	});
});
