/** People in several polls at once: one large, some small, one of them with hidden results. */
import type { ClusterUnderDrill } from "./cluster-under-drill.ts";
import type { HistoryWriter } from "./history.ts";
import type { VitalsTaken } from "./history-events.ts";
import { Party } from "./party.ts";
import type { Random } from "./random.ts";
import { Recorder } from "./recorder.ts";

const SMALL = 6;
const SMALL_POLLS_MAX = 19;
/** Votes a second of everybody together: more would measure the one process that plays them all. */
const PACE_MAX = 250;

const { warn } = console;

export class Swarm {
	readonly recorder: Recorder;
	readonly #cluster: ClusterUnderDrill;
	readonly #parties: readonly Party[];

	private constructor(recorder: Recorder, cluster: ClusterUnderDrill, parties: readonly Party[]) {
		this.recorder = recorder;
		this.#cluster = cluster;
		this.#parties = parties;
	}

	/** @param onHostToken hears each secret that nobody else may ever see. */
	static async gather(
		cluster: ClusterUnderDrill,
		history: HistoryWriter,
		people: number,
		random: Random,
		onHostToken: (poll: string, hostToken: string) => void,
	): Promise<Swarm> {
		// The SDK warns of each entering that is interrupted; here that is hundreds of times.
		console.warn = () => {};
		const { origin, processAt } = cluster;
		const recorder = new Recorder(history, origin, random.fork(), processAt);
		const port = cluster.processes[0]?.server.port;
		const pace = Math.min(1, PACE_MAX / people);
		const common = { createAt: `http://127.0.0.1:${port}`, origin, recorder, pace };
		const parties: Party[] = [];
		for (const [index, size] of sizesOf(people).entries()) {
			const visibility = index === 1 ? "host" : "live";
			const party = await Party.gather({
				...{ ...common, people: size, visibility, random: random.fork() },
			});
			onHostToken(party.poll.id, party.poll.hostToken);
			parties.push(party);
		}
		return new Swarm(recorder, cluster, parties);
	}

	get polls(): readonly string[] {
		return this.#parties.map(({ poll }) => poll.id);
	}

	/** The polls that live on one process. */
	pollsOf(process: number): readonly string[] {
		return this.polls.filter((poll) => this.recorder.ownerOf(poll) === process);
	}

	/** How many screens there are, and what they say. */
	get screens(): VitalsTaken["screens"] {
		const sessions = this.#parties.flatMap((party) => party.screens);
		const online = sessions.filter(({ connection }) => connection.status === "online");
		const delayed = online.filter(({ snapshot }) => snapshot.storage === "delayed");
		return { all: sessions.length, online: online.length, delayed: delayed.length };
	}

	start(): void {
		for (const [index, party] of this.#parties.entries()) {
			const stranger = this.#parties[(index + 1) % this.#parties.length] ?? party;
			party.start(stranger.poll.hostToken);
		}
	}

	/** Ends the input and writes down how it ended, as the screens and every process have it. */
	async settle(withinMs: number): Promise<void> {
		const { history } = this.recorder;
		await Promise.all(
			this.#parties.map(async (party) => {
				const poll = party.poll.id;
				history.poll({ kind: "converged", poll, ...(await party.settle(withinMs)) });
				for (const [index, { server }] of this.#cluster.processes.entries()) {
					const origin = `http://127.0.0.1:${server.port}`;
					for (const { what, ms, counts } of await party.finals(origin, withinMs)) {
						const source = `the ${what} of process ${index + 1}`;
						history.poll({ kind: "final", poll, source, ms, ...(counts && { counts }) });
					}
				}
			}),
		);
	}

	leave(): void {
		for (const party of this.#parties) party.leave();
		console.warn = warn;
	}
}

/** At least two polls: the first holds most people. */
export function sizesOf(people: number): readonly number[] {
	const small = Math.min(SMALL_POLLS_MAX, Math.max(1, Math.round((people * 0.4) / SMALL)));
	const sizes = Array.from({ length: small }, () => SMALL);
	return [Math.max(SMALL, people - small * SMALL), ...sizes];
}
