/** Voters and hosts, with the client's real session layer over a simulated wire. */
import { type KeyValueStore, memoryStore } from "../../../client/src/session/key-value-store.ts";
import { PollLink } from "../../../client/src/session/poll-link.ts";
import { joinPoll, type PollSession } from "../../../client/src/session/poll-session.ts";
import { RefusedError } from "../../../client/src/session/refused-error.ts";
import type { RoomEvents, SeatTaker } from "../../../client/src/session/seat.ts";
import type { PollSnapshot } from "../../../client/src/session/view.ts";
import type { PollId, QuestionId } from "../../../schema/ids.ts";
import type { RequestInputs } from "../../../schema/wire/client-messages.ts";
import type { Timers } from "../../lib/timers.ts";
import type { Cluster } from "./cluster.ts";
import type { History } from "./history.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import { Runtime } from "./runtime.ts";
import { SimConnection } from "./sim-connection.ts";

export interface World {
	readonly timers: Timers;
	readonly random: Random;
	readonly history: History;
	readonly network: Network;
	readonly cluster: Cluster;
	/** What a tab gets as its storage; mutants forget. */
	readonly storage: (kept: KeyValueStore, tab: Runtime) => KeyValueStore;
}

export interface PollToVisit {
	readonly pollId: PollId;
	readonly code: string;
}

/** Keeps a quiet, half-open connection from lasting longer than a run. */
const HEARTBEAT_MS = 2_000;

/** One tab's way in. Everything it is told arrives in its own runtime, while that lives. */
function seats(
	{ network, cluster, history }: World,
	{ pollId, code }: PollToVisit,
	tab: Runtime,
	onVote: (vote: RequestInputs["vote"]) => void,
): SeatTaker {
	return {
		take(request, events: RoomEvents, signal) {
			const askedTick = history.tick();
			return new Promise((resolve, reject) => {
				signal.addEventListener("abort", () => reject(new Error("given up")));
				// The directory answers for whichever process was asked: it never stands still.
				network.send(DIRECTORY, () => {
					const room = cluster.roomFor(pollId, code);
					const server = room.parts.process;
					const connection = new SimConnection({
						network,
						tab,
						server,
						room,
						events,
						tick: () => history.tick(),
						onVote,
					});
					const enter = async () => {
						try {
							await cluster.ready(room);
							const refusal = await room.enter(connection, request, askedTick);
							const answer = refusal
								? () => reject(new RefusedError(refusal))
								: () => resolve(connection);
							network.send(tab, answer);
						} catch {
							network.send(tab, () => reject(new Error("the room did not come up")));
						}
					};
					server.deliver(() => void enter());
				});
			});
		},
	};
}

const DIRECTORY = new Runtime("directory", { now: () => 0, after: () => () => {} });

export class Voter {
	readonly poll: PollToVisit;
	readonly token: string;
	readonly #world: World;
	readonly #kept = memoryStore();
	#tab: Runtime | undefined;
	#tabs = 0;
	#session: PollSession | undefined;
	#seen: PollSnapshot | undefined;

	constructor(world: World, poll: PollToVisit, token: string) {
		this.#world = world;
		this.poll = poll;
		this.token = token;
		this.#kept.set(`plenum:${poll.code}:participant`, token);
	}

	get session(): PollSession | undefined {
		return this.#session;
	}

	/** Opens the page, or closes it and opens it again: what was not stored is gone. */
	load(): void {
		const { timers, random, history } = this.#world;
		this.#tab?.kill();
		this.#tabs += 1;
		const tab = new Runtime(`${this.token}#${this.#tabs}`, timers);
		this.#tab = tab;
		this.#session = undefined;
		this.#seen = undefined;
		if (this.#tabs > 1) history.count("reload");
		history.note(this.poll.pollId, () => `${tab.name} loads the page`);
		joinPoll({
			origin: "http://simulated",
			code: this.poll.code,
			nickname: this.token,
			store: this.#world.storage(this.#kept, tab),
			seats: seats(this.#world, this.poll, tab, (vote) => this.#noteSent(vote)),
			timers: tab.timers,
			random: random.next,
			heartbeatMs: HEARTBEAT_MS,
		}).then(
			(session) => this.#entered(tab, session),
			(cause: unknown) => {
				if (tab === this.#tab)
					history.violate("no bug", `joining failed: ${cause}`, this.poll.pollId);
			},
		);
	}

	/** Taps something, if the page is there to be tapped. */
	tap(questionId: QuestionId, choices: readonly number[]): void {
		const { history } = this.#world;
		if (this.#session === undefined) return history.count("tap on a page that is not there");
		history.count("tap");
		history.note(this.poll.pollId, () => `${this.token} taps ${questionId}=${choices}`);
		this.#session.vote(questionId, choices);
	}

	#entered(tab: Runtime, session: PollSession): void {
		if (tab !== this.#tab) return;
		this.#session = session;
		this.#noteSeen(session.snapshot);
		session.onSnapshot((snapshot) => this.#noteSeen(snapshot));
	}

	#noteSent({ questionId, revision, choices }: RequestInputs["vote"]): void {
		const { history } = this.#world;
		const { token, poll } = this;
		const vote = { questionId: questionId as QuestionId, revision, choices };
		history.sent.push({ tick: history.tick(), pollId: poll.pollId, token, ...vote });
		history.note(poll.pollId, () => `${token} sends ${questionId} r${revision}=${choices}`);
	}

	#noteSeen(next: PollSnapshot): void {
		const seen = this.#seen;
		this.#seen = next;
		if (seen === undefined) return;
		if (next.epoch > seen.epoch || (next.epoch === seen.epoch && next.seq >= seen.seq)) {
			if (next.seq < seen.seq) this.#world.history.count("picture of a later epoch, earlier entry");
			return;
		}
		this.#world.history.violate(
			"monotonic view",
			`${this.token} saw ${next.epoch}/${next.seq} after ${seen.epoch}/${seen.seq}`,
			this.poll.pollId,
		);
	}
}

export class Host {
	readonly poll: PollToVisit;
	readonly link: PollLink;
	readonly #world: World;

	constructor(world: World, poll: PollToVisit) {
		this.#world = world;
		this.poll = poll;
		const tab = new Runtime(`host of ${poll.pollId}`, world.timers);
		this.link = new PollLink({
			seats: seats(world, poll, tab, () => {}),
			seatRequest: () => ({ hostToken: "host" }),
			timers: tab.timers,
			random: world.random.next,
			heartbeatMs: HEARTBEAT_MS,
		});
	}

	enter(): void {
		void this.link.enter(undefined);
	}

	/** Asks once; whether it was done shows in the journal. */
	act(type: "open-question" | "close-question", questionId: QuestionId): void {
		const { history } = this.#world;
		history.count(type);
		history.note(this.poll.pollId, () => `host asks ${type} ${questionId}`);
		void this.link.request(type, { questionId });
	}
}
