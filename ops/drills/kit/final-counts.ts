/** What a server says in the end, by its results and by a recount of what it exports. */
import { setTimeout as pause } from "node:timers/promises";
import { httpApi } from "../../../client/src/session/http-api.ts";
import type { CreatedPoll, PollResults } from "../../../schema/wire/http.ts";

/** Votes by option, by question. */
export type Counts = Record<string, number[]>;

interface Question {
	readonly options: readonly string[];
}

export interface FinalCounts {
	readonly what: string;
	readonly ms: number;
	/** `undefined`: it could not say, however often it was asked. */
	readonly counts: Counts | undefined;
}

const ASK_EVERY_MS = 200;

/** By source. */
export async function finalCounts(
	origin: string,
	{ code, hostToken }: Pick<CreatedPoll, "code" | "hostToken">,
	questions: readonly Question[],
	withinMs: number,
): Promise<readonly FinalCounts[]> {
	const api = httpApi(origin);
	const sources: readonly (readonly [string, () => Promise<Counts>])[] = [
		["results", async () => countsIn(await api.results(code, hostToken))],
		["export", async () => recount(await api.exportVotes(code, hostToken), questions)],
		["CSV", async () => recount(votesIn(await api.exportCsv(code, hostToken)), questions)],
	];
	return Promise.all(
		sources.map(async ([what, ask]) => {
			const askedAt = performance.now();
			const passed = () => performance.now() - askedAt;
			for (;;) {
				const counts = await ask().catch(() => undefined);
				if (counts !== undefined || passed() > withinMs) return { what, ms: passed(), counts };
				await pause(ASK_EVERY_MS);
			}
		}),
	);
}

/** Nothing in a drill's CSV needs quotes. */
function votesIn(csv: string): readonly Cast[] {
	const cells = csv
		.trim()
		.split("\n")
		.slice(1)
		.map((line) => line.split(","));
	return cells.map(([, question = "", person = "", , , choices = ""]) => ({
		...{ question_id: question, participant_id: person },
		choices: choices.split(";").map(Number),
	}));
}

function countsIn({ questions }: PollResults): Counts {
	return Object.fromEntries(questions.map(({ id, options }) => [id, options.map((o) => o.votes)]));
}

interface Cast {
	readonly question_id: string;
	readonly participant_id: string;
	readonly choices: readonly number[];
}

/** The tallies of an export, in which later votes take the place of earlier ones. */
function recount(votes: readonly Cast[], questions: readonly Question[]): Counts {
	const ballots = new Map(
		votes.map((vote) => [`${vote.question_id} ${vote.participant_id}`, vote]),
	);
	const counts: Record<string, number[]> = {};
	for (const [index, { options }] of questions.entries()) {
		counts[`q${index + 1}`] = options.map(() => 0);
	}
	for (const { question_id, choices } of ballots.values()) {
		const here = counts[question_id];
		for (const choice of choices) if (here) here[choice] = (here[choice] ?? 0) + 1;
	}
	return counts;
}
