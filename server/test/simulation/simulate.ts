/**
 * One seed: a few people, hosts and servers, a database and a network, all in one thread and in
 * virtual time. First everything goes wrong that the seed has dealt; then faults stop, and
 * everybody has to arrive at the same picture.
 */
import type { KeyValueStore } from "../../../client/src/session/key-value-store.ts";
import type { PollId, QuestionId, TokenHash } from "../../../schema/ids.ts";
import type { PollEvent } from "../../domain/events.ts";
import { fold } from "../../domain/evolve.ts";
import type { Poll } from "../../domain/poll.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Timers } from "../../lib/timers.ts";
import { virtualTimers } from "../support/virtual-timers.ts";
import { checkPoll } from "./checks.ts";
import { Cluster } from "./cluster.ts";
import { digestOf, snapshotOf } from "./digest.ts";
import { ballotId, History, type Violation } from "./history.ts";
import { Network } from "./network.ts";
import { Host, type PollToVisit, Voter, type World } from "./people.ts";
import { type Random, seededRandom } from "./random.ts";
import type { Runtime } from "./runtime.ts";
import { SimDatabase, type StatementRules } from "./sim-database.ts";
import { SimRoom } from "./sim-room.ts";
import { AWAY, climate, FAIR } from "./weather.ts";

/** What a mutant puts in place of the real thing. */
export interface Substitutes {
	readonly rules?: Partial<StatementRules>;
	readonly journal?: (real: Journal) => Journal;
	readonly Room?: typeof SimRoom;
	readonly storage?: (kept: KeyValueStore, tab: Runtime) => KeyValueStore;
}

export interface SimulationOptions {
	readonly substitutes?: Substitutes;
	readonly isTraced?: boolean;
	/** Faults and people stop after this long, whatever the seed says: for shorter traces. */
	readonly stormMsMax?: number;
}

export interface SimulationResult {
	readonly seed: number;
	readonly violations: readonly Violation[];
	readonly counts: ReadonlyMap<string, number>;
	readonly trace: History["trace"];
	/** Milliseconds of virtual time under faults. */
	readonly stormMs: number;
	/** Things that happened: an arrival, a commit, a timer, a tap. */
	readonly steps: number;
	readonly votes: number;
	readonly receipts: number;
}

const SHIPPED: StatementRules = { gate: "share", activation: "two-statements" };
/** Long enough for everybody to be in when it begins; in some seeds it begins at once. */
const CALM_MS = 200;
/** Longer than the longest statement, message and pause that the storm may have left behind. */
const AFTERMATH_MS = 8_000;
const CONVERGED_WITHIN_MS = 90_000;

interface Stage {
	readonly voters: readonly Voter[];
	readonly hosts: readonly Host[];
	readonly polls: readonly PollToVisit[];
	readonly database: SimDatabase;
	readonly history: History;
}

export async function simulate(
	seed: number,
	{
		substitutes = {},
		isTraced = false,
		stormMsMax = Number.POSITIVE_INFINITY,
	}: SimulationOptions = {},
): Promise<SimulationResult> {
	const random = seededRandom(seed);
	const clock = virtualTimers();
	let steps = 0;
	const timers: Timers = {
		now: clock.now,
		after: (ms, task) =>
			clock.after(ms, () => {
				steps += 1;
				task();
			}),
	};
	const history = new History(timers, isTraced);
	const storm = climate(random);
	let weather = FAIR;
	let isAway = false;
	const rules = { ...SHIPPED, ...substitutes.rules };
	const database = new SimDatabase({
		timers,
		random,
		history,
		rules,
		weather: () => (isAway && weather === storm ? AWAY : weather.database),
	});
	const network = new Network({ timers, random, history, weather: () => weather.network });
	const cluster = new Cluster({
		timers,
		random,
		history,
		database,
		Room: substitutes.Room ?? SimRoom,
		journal: substitutes.journal ?? ((real) => real),
		servers: random.int(2, 3),
		commitOptions: {
			batchRowsMax: random.pick([1, 3, 500]),
			pollRowsMax: random.pick([2, 2_000]),
			oldestMsMax: random.pick([300, 10_000]),
		},
	});
	const storage = substitutes.storage ?? ((kept) => kept);
	const world: World = { timers, random, history, network, cluster, storage };

	const stage = populate(world, database);
	const stormMs = random.between(300, 8_000);
	const taps = scheduleLife(world, stage, stormMs);
	scheduleFaults(world, stage, stormMs, taps, () => {
		history.count("database away");
		isAway = true;
		timers.after(random.between(100, 5_000), () => {
			isAway = false;
		});
	});
	await clock.advance(random.chance(0.8) ? CALM_MS : 0);
	weather = storm;
	await clock.advance(Math.min(stormMs, stormMsMax));

	weather = FAIR;
	history.note(undefined, () => "faults are over");
	cluster.resumeAll();
	await clock.advance(AFTERMATH_MS);
	const deadline = timers.now() + CONVERGED_WITHIN_MS;
	while (unsettled(stage).length > 0 && timers.now() < deadline) {
		cluster.recheckEpochs();
		lookAgain(stage);
		await clock.advance(3_000);
	}

	for (const { detail, pollId } of unsettled(stage)) history.violate("convergence", detail, pollId);
	for (const { pollId } of stage.polls) checkPoll(history, pollId, database.ledger(pollId));
	return {
		seed,
		violations: history.violations,
		counts: history.counts,
		trace: history.trace,
		stormMs,
		steps,
		votes: stage.polls.reduce((sum, { pollId }) => sum + votesIn(database, pollId), 0),
		receipts: history.said.length,
	};
}

function populate(world: World, database: SimDatabase): Stage {
	const { random } = world;
	const voters: Voter[] = [];
	const hosts: Host[] = [];
	const polls: PollToVisit[] = [];
	const count = random.chance(0.4) ? 2 : 1;
	for (let number = 1; number <= count; number += 1) {
		const poll = { pollId: `poll${number}` as PollId, code: `CODE0${number}` };
		const entries = firstEvents().map((event, index) => ({ seq: index + 1, at: 0, event }));
		database.addPoll(poll.pollId, entries);
		polls.push(poll);
		hosts.push(new Host(world, poll));
		for (let voter = random.int(1, 3); voter > 0; voter -= 1) {
			voters.push(new Voter(world, poll, `voter-${number}-${voter}-${"x".repeat(22)}`));
		}
	}
	return { voters, hosts, polls, database, history: world.history };
}

function firstEvents(): PollEvent[] {
	const [q1, q2] = ["q1", "q2"] as QuestionId[] as [QuestionId, QuestionId];
	const options = ["a", "b", "c"];
	return [
		{
			kind: "poll-created",
			title: "",
			settings: { capacity: 10, results: "live" },
			questions: [
				{ id: q1, prompt: "", kind: "single", options, maxChoices: 1 },
				{ id: q2, prompt: "", kind: "multiple", options, maxChoices: 2 },
			],
		},
		{ kind: "question-opened", questionId: q1 },
		{ kind: "question-opened", questionId: q2 },
	];
}

/** People come while it is calm, and then do what they like until the storm is over. Returns when they tap. */
function scheduleLife(
	{ timers, random }: World,
	{ voters, hosts }: Stage,
	stormMs: number,
): readonly number[] {
	const somewhen = () => CALM_MS + random.between(0, stormMs);
	const taps: number[] = [];
	for (const voter of voters) {
		timers.after(random.between(0, CALM_MS / 4), () => voter.load());
		for (let times = random.int(2, 10); times > 0; times -= 1) {
			const at = somewhen();
			taps.push(at);
			// Somebody who cannot decide taps again before the first answer can be there.
			for (let again = random.int(0, 2); again >= 0; again -= 1) {
				timers.after(at + again * random.between(1, 30), () => tapSomething(random, voter));
			}
		}
	}
	for (const host of hosts) {
		host.enter();
		for (let acts = random.int(0, 4); acts > 0; acts -= 1) {
			const questionId = random.pick(["q1", "q2"]) as QuestionId;
			const closesAt = near(random, taps, somewhen);
			timers.after(closesAt, () => host.act("close-question", questionId));
			if (random.chance(0.7)) {
				const opensAt = closesAt + random.between(0, stormMs / 2);
				timers.after(opensAt, () => host.act("open-question", questionId));
			}
		}
	}
	return taps;
}

/** Most things that go wrong do so while somebody votes. */
function near(random: Random, taps: readonly number[], somewhen: () => number): number {
	return random.chance(0.7) ? random.pick(taps) + random.between(-5, 40) : somewhen();
}

function tapSomething(random: Random, voter: Voter): void {
	const choice = random.int(0, 2);
	if (random.chance(0.7)) voter.tap("q1" as QuestionId, [choice]);
	else voter.tap("q2" as QuestionId, random.chance(0.5) ? [choice] : [choice, (choice + 1) % 3]);
}

/** Each kind of fault is dealt or not, so that some seeds are full of one and free of another. */
function scheduleFaults(
	{ timers, random, cluster }: World,
	{ polls, voters }: Stage,
	stormMs: number,
	taps: readonly number[],
	databaseAway: () => void,
): void {
	const somewhen = () => CALM_MS + random.between(0, stormMs);
	const often = (most: number) => (random.chance(0.5) ? random.int(1, most) : 0);
	const strike = (times: number, fault: () => void) => {
		for (; times > 0; times -= 1) timers.after(near(random, taps, somewhen), fault);
	};
	strike(often(4), () => {
		const { pollId, code } = random.pick(polls);
		cluster.takeOver(pollId, code);
	});
	strike(often(3), () => cluster.crash());
	strike(often(2), () => {
		cluster.pause(random.between(50, 6_000));
		if (random.chance(0.5)) for (const { pollId, code } of polls) cluster.takeOver(pollId, code);
	});
	strike(often(2), databaseAway);
	strike(often(4), () => cluster.cutSomeConnection());
	strike(often(3), () => random.pick(voters).load());
}

/**
 * A refusal is final only for the copy that was refused: an older connection may still carry
 * another one, or an earlier vote, to a question that was reopened. The next `hello` tells.
 */
function lookAgain({ voters, database, history }: Stage): void {
	for (const { session, poll, token } of voters) {
		const ledger = foldOrNothing(database, poll.pollId);
		const id = ledger?.participantByToken.get(token as TokenHash);
		if (ledger === undefined || id === undefined) continue;
		for (const { id: questionId, ballots } of ledger.questions.values()) {
			const recorded = ballots.get(id)?.revision ?? Number.POSITIVE_INFINITY;
			const refused = history.refused.get(ballotId(poll.pollId, token, questionId)) ?? 0;
			if (recorded > refused) continue;
			history.count("refused, then counted as a late copy");
			session?.refresh();
		}
	}
}

/** Whoever does not show yet what the journal says. */
function unsettled({ voters, hosts, database }: Stage): { detail: string; pollId: PollId }[] {
	const problems: { detail: string; pollId: PollId }[] = [];
	for (const { poll, link } of hosts) {
		const final = snapshotOfLedger(database, poll.pollId);
		if (
			final !== undefined &&
			link.snapshot !== undefined &&
			digestOf(link.snapshot) === final.digest
		) {
			continue;
		}
		problems.push({ detail: `the host does not see ${final?.digest}`, pollId: poll.pollId });
	}
	for (const voter of voters) {
		const { pollId } = voter.poll;
		const final = snapshotOfLedger(database, pollId);
		const problem = final === undefined ? "the journal does not fold" : differs(voter, final);
		if (problem !== undefined) problems.push({ detail: `${voter.token}: ${problem}`, pollId });
	}
	return problems;
}

function differs({ session, token }: Voter, { digest, poll }: { digest: string; poll: Poll }) {
	if (session === undefined) return "is not in the poll";
	const seen = digestOf(session.snapshot);
	if (seen !== digest) return `sees ${seen}, the journal says ${digest}`;
	const participant = poll.participantByToken.get(token as TokenHash);
	for (const question of poll.questions.values()) {
		const { status, choices } = session.ballot(question.id);
		if (status === "sending") return `${question.id} is still being sent`;
		const recorded = participant && question.ballots.get(participant)?.choices;
		if (String(choices) !== String(recorded ?? [])) {
			return `believes in ${question.id}=${choices} (${status}), the journal says ${recorded}`;
		}
	}
	return undefined;
}

function snapshotOfLedger(database: SimDatabase, pollId: PollId) {
	const poll = foldOrNothing(database, pollId);
	return poll && { poll, digest: digestOf(snapshotOf(poll, 0, "", "ok")) };
}

function foldOrNothing(database: SimDatabase, pollId: PollId): Poll | undefined {
	try {
		return fold(database.ledger(pollId).map(({ entry }) => entry));
	} catch {
		return undefined;
	}
}

function votesIn(database: SimDatabase, pollId: PollId): number {
	return database.ledger(pollId).filter(({ entry }) => entry.event.kind === "vote-cast").length;
}
