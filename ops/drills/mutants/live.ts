/** Systems that break a promise for real, under the very drills that people run. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PropertyNumber } from "../checker/properties.ts";
import type { DrillName } from "../drill-table.ts";
import { type ClusterUnderDrill, startClusterUnderDrill } from "../kit/cluster-under-drill.ts";
import { query } from "../kit/ledger-database.ts";
import { runDrill, type Tap } from "../run-drill.ts";
import type { Settings } from "../settings.ts";
import { withoutFence } from "./without-fence.ts";

export interface LiveMutant {
	readonly name: string;
	readonly drill: DrillName;
	readonly minutes: number;
	/** One of them must be found broken. */
	readonly breaks: readonly PropertyNumber[];
	/** Of each process. */
	readonly environment: NodeJS.ProcessEnv;
	readonly damage: (cluster: ClusterUnderDrill) => Promise<void>;
}

export const liveMutants: readonly LiveMutant[] = [
	{
		// Plenum refuses to start on such a server; this one changes its mind later.
		name: "synchronous_commit off, and kill -9 of PostgreSQL",
		...{ drill: "kill-postgres", minutes: 0.4, breaks: [1], environment: {} },
		async damage({ postgres }) {
			await query(postgres.url, "ALTER SYSTEM SET synchronous_commit = off");
			await query(postgres.url, "SELECT pg_reload_conf()");
		},
	},
	{
		name: "Redis as owner lock: no epoch is compared, the listing alone says who writes",
		...{ drill: "partition-redis", minutes: 0.5, breaks: [1, 9] },
		environment: withoutFence(),
		damage: async () => {},
	},
];

/** Resolves to what the checker found; `undefined`: it noticed nothing. */
export async function caughtLive(
	mutant: LiveMutant,
	settings: Settings,
	progress: (line: string) => void,
): Promise<string | undefined> {
	const directory = await mkdtemp(join(tmpdir(), "plenum-mutant-"));
	const dataDirectory = await mkdtemp(join(tmpdir(), "plenum-mutant-data-"));
	const tap: Tap = { onReply: () => {}, onError: () => {} };
	const { drill, minutes, environment } = mutant;
	const short = { minutes, people: 36, processes: 2 };
	const cluster = await startClusterUnderDrill({
		...{ directory, dataDirectory, processes: short.processes, hasJumpingClock: false },
		environment,
		onReply: (piece) => tap.onReply(piece),
		onError: (process, message) => tap.onError(process, message),
	});
	try {
		await mutant.damage(cluster);
		const report = await runDrill({
			...{ name: drill, settings: { ...settings, ...short }, cluster, tap, progress },
			...{ ballast: undefined, directory: join(directory, "history") },
			signal: new AbortController().signal,
		});
		const found = report.properties.find(
			({ number, verdict }) => verdict === "broken" && mutant.breaks.includes(number),
		);
		if (found === undefined) return undefined;
		const { number, name, broken, checked } = found;
		return `property ${number}, ${name}: broken ${broken} times of ${checked}, in the drill ${drill}`;
	} finally {
		await cluster.stop();
		await rm(directory, { recursive: true, force: true });
		await rm(dataDirectory, { recursive: true, force: true });
	}
}
