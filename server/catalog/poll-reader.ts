/**
 * Polls for reading over HTTP, live or asleep: the fold of what is durable at the moment of the
 * question, kept in memory up to a bound and caught up with on the next one.
 */
import { Readable } from "node:stream";
import { LRUCache } from "lru-cache";
import type { PollId } from "../../schema/ids.ts";
import type { PollResults, PollSummary } from "../../schema/wire/http.ts";
import { emptyPoll, evolve } from "../domain/evolve.ts";
import { countsAreVisible, type Poll, pollStatus } from "../domain/poll.ts";
import type { Journal } from "../journal/journal.ts";
import type { Database } from "../storage/database.ts";
import type { PollRecord } from "./catalog.ts";
import { type ExportFormat, exportedText } from "./export.ts";

export type { ExportFormat } from "./export.ts";

/** Every method resolves to `undefined` when the poll is gone, and rejects with the database's fault. */
export interface PollReader {
	/** Counts of hidden questions are empty, unless for the host. */
	summary(poll: PollRecord, asHost: boolean): Promise<PollSummary | undefined>;
	/** Questions whose counts are hidden are left out, unless for the host; `hidden` when none is left. */
	results(poll: PollRecord, asHost: boolean): Promise<PollResults | "hidden" | undefined>;
	/** Every vote ever cast, oldest first, read page by page. */
	export(pollId: PollId, format: ExportFormat): Readable;
	/** How many are kept in memory. */
	readonly polls: number;
}

/** People and ballots kept in memory for all polls together; about 150 bytes each. */
const CACHED_ROWS_MAX = 300_000;
/** What a poll takes before anybody is in it, in as many rows. */
const EMPTY_POLL_ROWS = 15;
/** For which nobody has read it: a poll that is deleted, or over, is not kept for long. */
const FORGOTTEN_AFTER_MS = 60_000;

interface Folded {
	readonly poll: Poll;
	running: Promise<void> | undefined;
	next: Promise<void> | undefined;
}

/** @param reading where a poll's rows are to be read for an export. */
export function pollReader(
	journal: Pick<Journal, "read">,
	reading: (pollId: PollId) => Pick<Database, "query">,
	forgottenAfterMs = FORGOTTEN_AFTER_MS,
): PollReader {
	const cache = new LRUCache<PollId, Folded>({
		maxSize: CACHED_ROWS_MAX,
		sizeCalculation: ({ poll }) => poll.seq + EMPTY_POLL_ROWS,
		ttl: forgottenAfterMs,
	});
	let tidiedAt = performance.now();

	return {
		async summary({ id, code }, asHost) {
			const poll = await upToDate(id);
			return poll && summaryOf(poll, code, asHost);
		},
		async results({ id, code }, asHost) {
			const poll = await upToDate(id);
			return poll && resultsOf(poll, code, asHost);
		},
		get polls() {
			return cache.size;
		},
		export: (pollId, format) => Readable.from(exportedText(reading(pollId), pollId, format)),
	};

	async function upToDate(pollId: PollId): Promise<Poll | undefined> {
		const folded = cache.get(pollId) ?? { poll: emptyPoll(), running: undefined, next: undefined };
		cache.set(pollId, folded);
		try {
			await catchUp(pollId, folded);
		} catch (fault) {
			cache.delete(pollId);
			throw fault;
		}
		cache.set(pollId, folded);
		tidy();
		return folded.poll.seq === 0 ? undefined : folded.poll;
	}

	function tidy(): void {
		const now = performance.now();
		if (now < tidiedAt + forgottenAfterMs) return;
		tidiedAt = now;
		cache.purgeStale();
	}

	/**
	 * One read at a time per poll. A read that is under way may have missed what is durable by
	 * now, so whoever comes meanwhile waits for the next one, all of them for the same.
	 */
	function catchUp(pollId: PollId, folded: Folded): Promise<void> {
		if (folded.running === undefined) {
			folded.running = readOn(pollId, folded.poll).finally(() => {
				folded.running = undefined;
			});
			return folded.running;
		}
		folded.next ??= folded.running
			.catch(() => {})
			.then(() => {
				folded.next = undefined;
				return catchUp(pollId, folded);
			});
		return folded.next;
	}

	async function readOn(pollId: PollId, poll: Poll): Promise<void> {
		for (const entry of await journal.read(pollId, poll.seq)) evolve(poll, entry);
	}
}

function summaryOf(poll: Poll, code: string, asHost: boolean): PollSummary {
	const questions = [...poll.questions.values()].map((question) => {
		const { id, prompt, kind, options, maxChoices, status, ballots } = question;
		const counts = asHost || countsAreVisible(poll, question) ? [...question.counts] : [];
		return { id, prompt, kind, options, maxChoices, status, ballots: ballots.size, counts };
	});
	return {
		code,
		title: poll.title,
		status: pollStatus(poll),
		capacity: poll.settings.capacity,
		participants: poll.participants.size,
		results: poll.settings.results,
		currentQuestionId: poll.currentQuestionId ?? "",
		questions,
	};
}

function resultsOf(poll: Poll, code: string, asHost: boolean): PollResults | "hidden" {
	const shown = [...poll.questions.values()].filter(
		(question) => asHost || countsAreVisible(poll, question),
	);
	if (shown.length === 0) return "hidden";
	const questions = shown.map(({ id, prompt, kind, status, ballots, options, counts }) => ({
		id,
		prompt,
		kind,
		status,
		ballots: ballots.size,
		options: options.map((label, option) => ({ label, votes: counts[option] ?? 0 })),
	}));
	return { code, title: poll.title, status: pollStatus(poll), questions };
}
