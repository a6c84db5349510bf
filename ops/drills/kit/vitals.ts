/** Looks at processes and screens again and again, and writes down what it saw. */
import type { ClusterUnderDrill } from "./cluster-under-drill.ts";
import type { HistoryWriter } from "./history.ts";
import type { ProcessVitals } from "./history-events.ts";
import type { Swarm } from "./swarm.ts";

const LOOK_EVERY_MS = 200;
const ASK_EVERY_MS = 400;

/** Until the signal is aborted. */
export function takeVitals(
	cluster: ClusterUnderDrill,
	swarm: Swarm,
	history: HistoryWriter,
	signal: AbortSignal,
): void {
	const processes: (ProcessVitals | null)[] = cluster.processes.map(() => null);
	for (const [index, { server }] of cluster.processes.entries()) {
		const ask = async (): Promise<void> => {
			processes[index] = (await server.vitals()) ?? null;
			if (!signal.aborted) setTimeout(ask, ASK_EVERY_MS);
		};
		void ask();
	}
	const looking = setInterval(() => {
		history.run({ kind: "vitals", processes: [...processes], screens: swarm.screens });
	}, LOOK_EVERY_MS);
	signal.addEventListener("abort", () => clearInterval(looking));
}
