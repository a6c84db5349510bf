/** How long a server takes to answer its health checks, asked from a thread of its own: the driver's is busy. */
import { Worker } from "node:worker_threads";

export interface HealthWatch {
	/** Resolves to what was seen so far, and asks no more. */
	stop(): Promise<HealthSeen>;
}

export interface HealthSeen {
	/** ms of every answer. */
	readonly waits: readonly number[];
	/**
	 * ms by which the thread itself was late to ask, each time: processors that it shares with everybody
	 * make it as late to hear an answer.
	 */
	readonly lateness: readonly number[];
}

/** @param connection as balancers keep one, or a new one for every check, as Kubernetes and Docker do. */
export function watchHealth(origin: string, connection: "kept" | "new"): HealthWatch {
	const workerData = { origin, connection };
	const worker = new Worker(new URL("health-worker.js", import.meta.url), { workerData });
	const failed = new Promise<never>((_, reject) => worker.once("error", reject));
	failed.catch(() => {});
	return {
		async stop() {
			const told = new Promise<HealthSeen>((resolve) => worker.once("message", resolve));
			worker.postMessage("stop");
			const seen = await Promise.race([told, failed]);
			await worker.terminate();
			return seen;
		},
	};
}
