/**
 * The properties, held against the final journal. `(epoch, seq)` on every receipt and picture is
 * the witness: no search for an order is needed, only sets and one fold.
 */
import type { PollId } from "../../../schema/ids.ts";
import type { JournalEntry, VoteCast } from "../../domain/events.ts";
import { emptyPoll, evolve } from "../../domain/evolve.ts";
import type { Poll } from "../../domain/poll.ts";
import { digestOf, snapshotOf } from "./digest.ts";
import type { History, VoteSent, Yes } from "./history.ts";

interface Ledger {
	readonly pollId: PollId;
	readonly entries: readonly { readonly epoch: number; readonly entry: JournalEntry }[];
	/** The token of each participant. */
	readonly tokens: ReadonlyMap<string, string>;
	/** What the picture says after each entry; index = seq. */
	readonly digests: readonly string[];
	readonly final: Poll;
}

type Fail = (property: string, detail: string) => void;

/** Records every violation in the history; returns the fold of the final journal, if it folds. */
export function checkPoll(
	history: History,
	pollId: PollId,
	rows: readonly { readonly epoch: number; readonly entry: JournalEntry }[],
): Poll | undefined {
	const fail: Fail = (property, detail) => history.violate(property, detail, pollId);
	const ledger = foldLedger(pollId, rows, fail);
	if (ledger === undefined) return undefined;
	const said = history.said.filter((yes) => yes.pollId === pollId);
	const sent = history.sent.filter((vote) => vote.pollId === pollId);
	checkReceipts(ledger, said, fail);
	checkVotes(ledger, sent, fail);
	checkCloses(ledger, said, sent, fail);
	checkShown(ledger, history, fail);
	checkTakeovers(ledger, history, fail);
	return ledger.final;
}

function foldLedger(pollId: PollId, entries: Ledger["entries"], fail: Fail): Ledger | undefined {
	const final = emptyPoll();
	const tokens = new Map<string, string>();
	const digests = [""];
	try {
		for (const { entry } of entries) {
			if (entry.event.kind === "participant-joined") {
				tokens.set(entry.event.participantId, entry.event.tokenHash);
			}
			if (entry.event.kind === "vote-cast") checkVoteInPlace(final, entry.seq, entry.event, fail);
			evolve(final, entry);
			digests.push(digestOf(snapshotOf(final, 0, "", "ok")));
		}
	} catch (cause) {
		fail("the journal folds", String(cause));
		return undefined;
	}
	return { pollId, entries, tokens, digests, final };
}

/** Before the vote is folded in. */
function checkVoteInPlace(poll: Poll, seq: number, vote: VoteCast, fail: Fail): void {
	const question = poll.questions.get(vote.questionId);
	const ballot = question?.ballots.get(vote.participantId);
	if (question?.status !== "open") {
		fail("close barrier", `vote ${seq} stands behind the close of ${vote.questionId}`);
	}
	if (ballot?.revision === vote.revision) fail("counted once", `${keyOf(vote)} stands twice`);
	if (ballot !== undefined && ballot.revision > vote.revision) {
		fail("last choice wins", `revision ${vote.revision} at ${seq} replaces ${ballot.revision}`);
	}
}

/** Every yes is in the journal, where it said it would be, and the same each time it was said. */
function checkReceipts(ledger: Ledger, said: readonly Yes[], fail: Fail): void {
	const receipts = new Map<string, number>();
	for (const yes of said) {
		const event = ledger.entries[yes.seq - 1]?.entry.event;
		if (!carries(ledger, event, yes)) {
			fail("durability", `${describe(yes)} is not there; there is ${JSON.stringify(event)}`);
		}
		if (yes.type !== "vote") continue;
		const key = `${yes.token} ${yes.questionId} ${yes.revision}`;
		const before = receipts.get(key) ?? yes.seq;
		if (before !== yes.seq)
			fail("idempotence", `${key} was answered with ${before} and ${yes.seq}`);
		receipts.set(key, before);
	}
}

function carries({ tokens }: Ledger, event: JournalEntry["event"] | undefined, yes: Yes): boolean {
	switch (event?.kind) {
		case "participant-joined":
			return yes.type === "join" && event.tokenHash === yes.token;
		case "question-opened":
		case "question-shown":
			return yes.type === "open-question" && event.questionId === yes.questionId;
		case "question-closed":
			return yes.type === "close-question" && event.questionId === yes.questionId;
		case "vote-cast":
			return (
				yes.type === "vote" &&
				tokens.get(event.participantId) === yes.token &&
				event.questionId === yes.questionId &&
				event.revision === yes.revision &&
				String(event.choices) === String(yes.choices)
			);
		default:
			return false;
	}
}

function checkVotes({ entries, tokens }: Ledger, sent: readonly VoteSent[], fail: Fail): void {
	const invoked = new Map<string, string>();
	for (const { token, questionId, revision, choices } of sent) {
		const key = `${token} ${questionId} ${revision}`;
		const before = invoked.get(key) ?? String(choices);
		if (before !== String(choices)) {
			fail("a revision has one choice", `${key} was sent as ${before} and as ${choices}`);
		}
		invoked.set(key, before);
	}
	for (const { entry } of entries) {
		const { event } = entry;
		if (event.kind !== "vote-cast") continue;
		const key = `${tokens.get(event.participantId)} ${event.questionId} ${event.revision}`;
		if (invoked.get(key) !== String(event.choices)) {
			fail("no invention", `nobody sent vote ${entry.seq}, ${key}=${event.choices}`);
		}
	}
}

/** Around every close that was answered, in the observer's time. */
function checkCloses(
	{ entries, tokens }: Ledger,
	said: readonly Yes[],
	sent: readonly VoteSent[],
	fail: Fail,
): void {
	const firstSent = new Map<string, number>();
	for (const { token, questionId, revision, tick } of sent) {
		const key = `${token} ${questionId} ${revision}`;
		if (!firstSent.has(key)) firstSent.set(key, tick);
	}
	for (const close of said.filter(({ type }) => type === "close-question")) {
		for (const vote of said) {
			if (vote.type !== "vote" || vote.questionId !== close.questionId) continue;
			if (vote.tick < close.askedTick && vote.seq > close.seq) {
				fail("close barrier", `${describe(vote)} was said before ${describe(close)} was asked`);
			}
		}
		for (const { entry } of entries.slice(0, close.seq)) {
			const { event } = entry;
			if (event.kind !== "vote-cast" || event.questionId !== close.questionId) continue;
			const key = `${tokens.get(event.participantId)} ${event.questionId} ${event.revision}`;
			if ((firstSent.get(key) ?? 0) > close.tick) {
				fail("close barrier", `vote ${entry.seq} was cast after ${describe(close)} was said`);
			}
		}
	}
}

/** Durable before visible: no picture was ever of anything else than what the journal says in the end. */
function checkShown({ pollId, digests }: Ledger, { shown }: History, fail: Fail): void {
	for (const picture of shown.values()) {
		if (picture.pollId !== pollId || digests[picture.seq] === picture.digest) continue;
		const place = `${picture.epoch}/${picture.seq}`;
		fail(
			"durable before visible",
			`${place} was shown as ${picture.digest}, the journal says ${digests[picture.seq]}`,
		);
	}
}

function checkTakeovers({ pollId, entries }: Ledger, { takeovers }: History, fail: Fail): void {
	for (const { pollId: taken, epoch, rowsSeen } of takeovers) {
		if (taken !== pollId) continue;
		for (const { epoch: written, entry } of entries) {
			if (written < epoch && !rowsSeen.has(entry.seq)) {
				fail(
					"complete takeover",
					`epoch ${epoch} has not read entry ${entry.seq} of epoch ${written}`,
				);
			}
		}
	}
}

function describe({ type, token, questionId, revision, choices, epoch, seq }: Yes): string {
	const what = type === "vote" ? `${questionId} r${revision}=${choices}` : (questionId ?? "");
	return `the yes to ${token ?? "the host"}'s ${type} ${what} at ${epoch}/${seq}`;
}

function keyOf({ participantId, questionId, revision }: VoteCast): string {
	return `${participantId} ${questionId} ${revision}`;
}
