/** A phone on a slow network, in a real browser. */
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";
import { phone } from "./phone.ts";

export async function launchBrowser(): Promise<Browser> {
	// Its own flags are for one process in a small container; here pages may have processes of their own.
	const args = sparticuz.args.filter((flag) => !/single-process|zygote/.test(flag));
	return chromium.launch({
		executablePath: await sparticuz.executablePath(),
		headless: true,
		args: [...args, "--no-sandbox", "--disable-background-networking", "--no-first-run"],
	});
}

export interface Visit {
	/** From the click on the link, ms. */
	readonly paintedMs: number;
	/** Until the text field stands there and nothing keeps the page from reacting, ms. */
	readonly interactiveMs: number;
	/** On the wire, headers among them. */
	readonly bytes: number;
	readonly requests: number;
}

/** Opens the page with nothing in any cache. */
export async function visit(browser: Browser, url: string): Promise<Visit> {
	const context = await browser.newContext({ viewport: phone.viewport, hasTouch: true });
	try {
		const page = await context.newPage();
		const devTools = await context.newCDPSession(page);
		await devTools.send("Network.enable");
		await devTools.send("Network.emulateNetworkConditions", {
			...{ offline: false, latency: phone.latencyMs },
			...{ downloadThroughput: phone.downBytes, uploadThroughput: phone.upBytes },
		});
		await devTools.send("Emulation.setCPUThrottlingRate", { rate: phone.slowdown });
		let bytes = 0;
		let requests = 0;
		devTools.on("Network.loadingFinished", ({ encodedDataLength }) => {
			bytes += encodedDataLength;
			requests += 1;
		});
		await page.addInitScript(observe);
		await page.goto(url, { waitUntil: "commit" });
		// Functions and not strings: those would be evaluated under the page's content policy.
		await page.waitForFunction(() => (window as unknown as Observed).isCalm());
		const { paintedAt, fieldAt, busyUntil } = await page.evaluate(() => {
			const { paintedAt, fieldAt, busyUntil } = window as unknown as Observed;
			return { paintedAt, fieldAt, busyUntil };
		});
		const interactiveMs = Math.max(paintedAt, fieldAt, busyUntil);
		return { paintedMs: paintedAt, interactiveMs, bytes, requests };
	} finally {
		await context.close();
	}
}

/** What the page's window tells of itself, all in ms since the navigation; 0 is not yet. */
interface Observed {
	fieldAt: number;
	paintedAt: number;
	busyUntil: number;
	isCalm(): boolean;
}

/** In the page, before its own scripts. */
function observe(): void {
	const CALM_MS = 1_000;
	const told: Observed = Object.assign(window, {
		...{ fieldAt: 0, paintedAt: 0, busyUntil: 0 },
		isCalm: () =>
			told.fieldAt > 0 &&
			told.paintedAt > 0 &&
			performance.now() - Math.max(told.busyUntil, told.fieldAt, told.paintedAt) > CALM_MS,
	});
	new PerformanceObserver((list) => {
		for (const { startTime, duration } of list.getEntries()) told.busyUntil = startTime + duration;
	}).observe({ type: "longtask", buffered: true });
	new PerformanceObserver((list) => {
		for (const { name, startTime } of list.getEntries()) {
			if (name === "first-contentful-paint") told.paintedAt = startTime;
		}
	}).observe({ type: "paint", buffered: true });
	const look = (): void => {
		const field = document.querySelector<HTMLInputElement>("input:not([disabled])");
		if (field === null) requestAnimationFrame(look);
		else told.fieldAt = performance.now();
	};
	requestAnimationFrame(look);
}
