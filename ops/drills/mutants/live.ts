/** A system that breaks a promise for real, under the very drill that people run. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startClusterUnderDrill } from "../kit/cluster-under-drill.ts";
import { query } from "../kit/ledger-database.ts";
import { runDrill, type Tap } from "../run-drill.ts";
import type { Settings } from "../settings.ts";

const SHORT = { minutes: 0.4, people: 36, processes: 2 };

/**
 * PostgreSQL that says "committed" before it is on disk, killed while people vote. Plenum refuses to
 * start on such a server; this one changes its mind later. Resolves to what the checker found first.
 */
export async function asynchronousCommit(
	settings: Settings,
	progress: (line: string) => void,
): Promise<string | undefined> {
	const directory = await mkdtemp(join(tmpdir(), "plenum-mutant-"));
	const dataDirectory = await mkdtemp(join(tmpdir(), "plenum-mutant-data-"));
	const tap: Tap = { onReply: () => {}, onError: () => {} };
	const cluster = await startClusterUnderDrill({
		...{ directory, dataDirectory, processes: SHORT.processes, hasJumpingClock: false },
		onReply: (piece) => tap.onReply(piece),
		onError: (process, message) => tap.onError(process, message),
	});
	try {
		await query(cluster.postgres.url, "ALTER SYSTEM SET synchronous_commit = off");
		await query(cluster.postgres.url, "SELECT pg_reload_conf()");
		const report = await runDrill({
			...{ name: "kill-postgres", settings: { ...settings, ...SHORT }, cluster, tap, progress },
			...{ ballast: undefined, directory: join(directory, "history") },
			signal: new AbortController().signal,
		});
		const lost = report.properties.find(({ number }) => number === 1);
		if (lost?.verdict !== "broken") return undefined;
		return `property 1, ${lost.broken} of ${lost.checked} votes with a receipt were lost`;
	} finally {
		await cluster.stop();
		await rm(directory, { recursive: true, force: true });
		await rm(dataDirectory, { recursive: true, force: true });
	}
}
