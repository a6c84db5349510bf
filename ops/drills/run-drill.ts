/** One drill on servers that run: people in, faults, everything healed, checked, reported. */
import { mkdir } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { checkRun } from "./checker/check-run.ts";
import { counterExample } from "./checker/counter-example.ts";
import { NEVER_MS } from "./checker/properties.ts";
import { type DrillName, drills, fitted } from "./drill-table.ts";
import type { ClusterUnderDrill } from "./kit/cluster-under-drill.ts";
import { HistoryWriter } from "./kit/history.ts";
import { ledgerOf } from "./kit/ledger-database.ts";
import { Nemesis } from "./kit/nemesis.ts";
import { seededRandom } from "./kit/random.ts";
import { SecretWatch } from "./kit/secrets.ts";
import type { Ballast } from "./kit/small-disk.ts";
import { Swarm, sizesOf } from "./kit/swarm.ts";
import { takeVitals } from "./kit/vitals.ts";
import { thisMachine } from "./report/machine.ts";
import { measuresOf } from "./report/measures.ts";
import { isExcused, notesOf } from "./report/notes.ts";
import { isBusy } from "./report/pressure.ts";
import { type DrillReport, percentile, propertyLines } from "./report/report.ts";
import type { Settings } from "./settings.ts";

/** What the servers that outlive a drill tell the one that is on. */
export interface Tap {
	onReply: (piece: Buffer) => void;
	onError: (process: number, message: string) => void;
}

export interface DrillParts {
	readonly name: DrillName;
	readonly settings: Settings;
	readonly cluster: ClusterUnderDrill;
	readonly ballast: Ballast | undefined;
	/** Where the history goes. */
	readonly directory: string;
	readonly tap: Tap;
	readonly progress: (line: string) => void;
	readonly signal: AbortSignal;
}

const BEFORE_FAULTS_MS = 1_500;
/** What has not come by then is told from what is late. */
const WAITED_FOR_MS = NEVER_MS + 5_000;
const PROGRESS_EVERY_MS = 1_000;

export async function runDrill(parts: DrillParts): Promise<DrillReport> {
	const { name, settings, cluster, directory, progress, signal, tap } = parts;
	const { minutes, seed, people } = settings;
	const drill = fitted(drills[name], minutes, settings.seconds);
	await mkdir(directory, { recursive: true });
	const beganAt = performance.now();
	const history = new HistoryWriter(directory, () => performance.now() - beganAt);
	const secrets = new SecretWatch((poll) =>
		history.poll({ kind: "leak", poll, what: "a host token came by on a person's line" }),
	);
	let errors = 0;
	tap.onReply = (piece) => secrets.look(piece);
	tap.onError = (process, message) => {
		errors += 1;
		history.run({ kind: "log", process: process + 1, message });
	};
	const random = seededRandom(seed);
	progress(`${name}: people come in …`);
	const gathering = Swarm.gather(cluster, history, people, random, (poll, token) =>
		secrets.plant(poll, token),
	);
	const swarm = await unlessAborted(gathering, signal);
	const lag = monitorEventLoopDelay({ resolution: 10 });
	const around = { cluster, swarm, random, ballast: parts.ballast };
	const nemesis = new Nemesis(around, history, () => signal.aborted);
	const untilMs = history.now + BEFORE_FAULTS_MS + minutes * 60_000;
	let load = 0;
	const telling = setInterval(() => {
		load = Math.max(load, (loadavg()[0] ?? 0) / availableParallelism());
		const left = Math.max(0, Math.round((untilMs - history.now) / 1000));
		const now = nemesis.lasting.length > 0 ? nemesis.lasting.join(", ") : "all is well";
		progress(`${name}: ${left} s left, ${history.votes} votes, ${nemesis.struck} faults; ${now}`);
	}, PROGRESS_EVERY_MS);
	const looking = new AbortController();
	try {
		if (drill.isMeasured) takeVitals(cluster, swarm, history, looking.signal);
		lag.enable();
		history.run({ kind: "phase", name: "voting" });
		swarm.start();
		await pause(BEFORE_FAULTS_MS);
		await nemesis.run(drill, untilMs);
		signal.throwIfAborted();
		const isBack = (poll: string) => swarm.recorder.acknowledgedAt(poll) > nemesis.lastHealAt;
		const givenUpAt = nemesis.lastHealAt + WAITED_FOR_MS;
		while (!swarm.polls.every(isBack) && history.now < givenUpAt) await pause(50);
		history.run({ kind: "phase", name: "input-ended" });
		progress(`${name}: everybody gets their answer …`);
		await swarm.settle(WAITED_FOR_MS);
		// Only what the drill sent again by itself: it has its own deadline.
		const endsAt = history.now + WAITED_FOR_MS;
		while (swarm.recorder.pending > 0 && history.now < endsAt) await pause(50);
		history.run({ kind: "phase", name: "settled" });
	} finally {
		clearInterval(telling);
		looking.abort();
		lag.disable();
		swarm.leave();
		tap.onReply = () => {};
		tap.onError = () => {};
		await history.close();
	}
	progress(`${name}: checking …`);
	const client = new pg.Client({ connectionString: cluster.postgres.url });
	await client.connect();
	const checked = await checkRun(directory, history.polls, (poll) => ledgerOf(client, poll));
	await client.end();
	const { findings, timing } = checked;
	findings.look(13, secrets.pieces);
	const pressure = { lagP99Ms: lag.percentile(99) / 1e6, load };
	const lines = propertyLines(checked, drill.hasJumpingClock ?? false, pressure);
	const measures = measuresOf(checked, drill.isMeasured ?? false, !isBusy(pressure));
	const shown = findings.first.filter((finding) => !isExcused(finding, pressure));
	return {
		...{ drill: name, summary: drill.summary, seed, minutes, pressure, properties: lines },
		people: sizesOf(people).reduce((sum, size) => sum + size, 0),
		...{ polls: history.polls.length, processes: cluster.processes.length },
		// Without one receipt nothing was shown.
		passed:
			lines.every(({ broken }) => broken === 0) &&
			measures.every(({ verdict }) => verdict !== "broken") &&
			(findings.checked.get(1) ?? 0) > 0,
		measures,
		votes: {
			acknowledged: timing.waitsMs.length,
			perSecond: timing.perSecond,
			medianMs: percentile(timing.waitsMs, 0.5),
			p99Ms: percentile(timing.waitsMs, 0.99),
		},
		requests: timing.ends,
		slowestMs: timing.slowestMs,
		convergedMs: timing.convergedMs,
		faults: timing.recoveries(),
		errors,
		machine: thisMachine(cluster.versions),
		notes: notesOf(checked, pressure),
		counterExample: await counterExample(directory, shown),
	};
}

function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
	return new Promise((resolve, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason), { once: true });
		work.then(resolve, reject);
	});
}
