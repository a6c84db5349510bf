/** How long a server takes to answer its health checks, asked from a thread of its own: the driver's is busy. */
import { Worker } from "node:worker_threads";

export interface HealthWatch {
	/** Resolves to the ms of every answer so far, and asks no more. */
	stop(): Promise<readonly number[]>;
}

export function watchHealth(origin: string): HealthWatch {
	const worker = new Worker(new URL("health-worker.js", import.meta.url), { workerData: origin });
	const failed = new Promise<never>((_, reject) => worker.once("error", reject));
	failed.catch(() => {});
	return {
		async stop() {
			const told = new Promise<readonly number[]>((resolve) => worker.once("message", resolve));
			worker.postMessage("stop");
			const waits = await Promise.race([told, failed]);
			await worker.terminate();
			return waits;
		},
	};
}
