/** The thread of `watchHealth`. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { HealthSeen } from "./health-watch.ts";

const EVERY_MS = 50;
/** What an answer counts for that is none, or not 200. */
const NOT_ANSWERED_MS = 60_000;
const PATHS = ["/health/live", "/health/ready"];
const { origin, connection } = workerData;
const agent = new Agent({ keepAlive: connection === "kept" });
const waits: number[] = [];
const lateness: number[] = [];

parentPort?.once("message", () => {
	parentPort?.postMessage({ waits, lateness } satisfies HealthSeen);
});

for (let count = 0; ; count += 1) {
	const startedAt = performance.now();
	const status = await ask(`${origin}${PATHS[count % PATHS.length]}`);
	const answeredAt = performance.now();
	waits.push(status === 200 ? answeredAt - startedAt : NOT_ANSWERED_MS);
	await sleep(EVERY_MS);
	lateness.push(performance.now() - answeredAt - EVERY_MS);
}

/** 0 when there was no answer at all. */
function ask(url: string): Promise<number> {
	return new Promise((resolve) => {
		const call = get(url, { agent }, (response) => {
			response.resume();
			response.once("end", () => resolve(response.statusCode ?? 0));
		});
		call.once("error", () => resolve(0));
	});
}
