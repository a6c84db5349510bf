import { ok } from "node:assert/strict";
import { watchEventLoop } from "./event-loop.ts";
import { createMetrics } from "./metrics.ts";

describe("the event loop's lag", () => {
	it("[M5] shows that somebody stood in the way, within some seconds", async function () {
		this.timeout(60_000);
		const metrics = createMetrics("test");
		const stop = watchEventLoop(metrics);
		const most = async () => {
			const { values } = await metrics.loopLag.get();
			return values.find(({ labels }) => labels.quantile === "1")?.value ?? Number.NaN;
		};
		ok((await most()) === 0);
		await new Promise((resolve) => setTimeout(resolve, 50));
		const until = performance.now() + 300;
		while (performance.now() < until);
		while ((await most()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
		ok((await most()) > 0.2, String(await most()));
		stop();
	});
});
