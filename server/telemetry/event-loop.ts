/** How late the event loop is: everything else waits behind it. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metrics } from "./metrics.ts";

/** The monitor's own timer; what it measures includes one such interval. */
const RESOLUTION_MS = 10;
/** Several values within one scrape interval, so that a scrape shows the recent past. */
const WINDOW_MS = 5_000;

/** Measures until the returned function is called; keeps no process alive. */
export function watchEventLoop({ loopLag }: Metrics): () => void {
	const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	const seconds = (ns: number) => Math.max(0, ns / 1e9 - RESOLUTION_MS / 1000);
	const show = (p50: number, p99: number, max: number) => {
		loopLag.set({ quantile: "0.5" }, p50);
		loopLag.set({ quantile: "0.99" }, p99);
		loopLag.set({ quantile: "1" }, max);
	};
	show(0, 0, 0);
	delay.enable();
	const timer = setInterval(() => {
		show(seconds(delay.percentile(50)), seconds(delay.percentile(99)), seconds(delay.max));
		delay.reset();
	}, WINDOW_MS).unref();
	return () => {
		clearInterval(timer);
		delay.disable();
	};
}
