/** Several drills, those that need the same servers on the same ones, one after the other. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Drill, type DrillName, drills } from "./drill-table.ts";
import { type ClusterUnderDrill, startClusterUnderDrill } from "./kit/cluster-under-drill.ts";
import { mountSmallDisk, type SmallDisk } from "./kit/small-disk.ts";
import { reportPage } from "./report/page.ts";
import type { DrillReport } from "./report/report.ts";
import { reportText } from "./report/text.ts";
import { runDrill, type Tap } from "./run-drill.ts";
import type { Settings } from "./settings.ts";

export interface Surface {
	/** One line that the next one replaces. */
	readonly progress: (line: string) => void;
	readonly print: (text: string) => void;
	readonly signal: AbortSignal;
}

/** Resolves to whether every property held in every drill; rejects when a drill cannot be run. */
export async function runDrills(
	names: readonly DrillName[],
	settings: Settings,
	surface: Surface,
): Promise<boolean> {
	await mkdir(settings.out, { recursive: true });
	let haveAllPassed = true;
	for (const group of groupsOf(names)) {
		const hasPassed = await onServers(group, settings, surface);
		haveAllPassed &&= hasPassed;
	}
	return haveAllPassed;
}

/** Names by what their servers need, in the order of their first. */
export function groupsOf(names: readonly DrillName[]): readonly (readonly DrillName[])[] {
	const groups = new Map<string, DrillName[]>();
	for (const name of names) {
		const drill: Drill = drills[name];
		const key = `${drill.needsSmallDisk} ${drill.hasJumpingClock}`;
		groups.set(key, [...(groups.get(key) ?? []), name]);
	}
	return [...groups.values()];
}

async function onServers(
	names: readonly DrillName[],
	settings: Settings,
	{ progress, print, signal }: Surface,
): Promise<boolean> {
	const needs: Drill = drills[names[0] ?? "kill-process"];
	const directory = await mkdtemp(join(tmpdir(), "plenum-drill-"));
	const dataDirectory = await mkdtemp(join(tmpdir(), "plenum-drill-data-"));
	const tap: Tap = { onReply: () => {}, onError: () => {} };
	let disk: SmallDisk | undefined;
	let cluster: ClusterUnderDrill | undefined;
	let hasPassed = true;
	try {
		if (needs.needsSmallDisk) disk = await mountSmallDisk(dataDirectory);
		progress("PostgreSQL, Redis, the processes and nginx start …");
		cluster = await startClusterUnderDrill({
			...{ directory, dataDirectory, processes: settings.processes },
			hasJumpingClock: needs.hasJumpingClock ?? false,
			onReply: (piece) => tap.onReply(piece),
			onError: (process, message) => tap.onError(process, message),
		});
		for (const name of names) {
			signal.throwIfAborted();
			const parts = { name, settings, cluster, ballast: disk?.ballast, tap, progress, signal };
			const own = settings.keepsHistory
				? join(settings.out, `${name}-history`)
				: join(directory, name);
			const report = await runDrill({ ...parts, directory: own });
			signal.throwIfAborted();
			await save(settings.out, report);
			print(reportText(report));
			hasPassed &&= report.passed;
		}
		return hasPassed;
	} finally {
		await cluster?.stop();
		await disk?.unmount();
		await rm(directory, { recursive: true, force: true });
		await rm(dataDirectory, { recursive: true, force: true });
	}
}

async function save(out: string, report: DrillReport): Promise<void> {
	await writeFile(join(out, `${report.drill}.json`), `${JSON.stringify(report, null, "\t")}\n`);
	await writeFile(join(out, `${report.drill}.html`), reportPage(report));
	await writeFile(join(out, `${report.drill}.txt`), `${reportText(report).trim()}\n`);
}
