/** What a poll must show after its first rows. Recounted here: the server's own fold is what is under test. */
import type { Shown, ShownQuestion } from "../kit/history-events.ts";
import type { JournalRow } from "./journal-rows.ts";

interface Question {
	status: string;
	readonly counts: number[];
	readonly ballots: Map<string, readonly number[]>;
}

export class Fold {
	readonly #questions = new Map<string, Question>();

	add(row: JournalRow): void {
		for (const { id, options } of row.adds) {
			const counts = Array.from({ length: options }, () => 0);
			this.#questions.set(id, { status: "waiting", counts, ballots: new Map() });
		}
		const question = this.#questions.get(row.question ?? "");
		if (row.kind === "question-opened" && question) question.status = "open";
		if (row.kind === "question-closed" && question) question.status = "closed";
		if (row.kind === "poll-ended") {
			for (const each of this.#questions.values()) each.status = "closed";
		}
		if (row.kind === "participant-removed") {
			for (const each of this.#questions.values())
				setBallot(each, row.participant ?? "", undefined);
		}
		if (row.kind === "vote-cast" && question) {
			setBallot(question, row.participant ?? "", row.choices ?? []);
		}
	}

	isOpen(question: string): boolean {
		return this.#questions.get(question)?.status === "open";
	}

	/** What differs, in words; hidden counts are not compared. */
	differsFrom(shown: Shown): string | undefined {
		for (const [id, it] of Object.entries(shown)) {
			const mine = this.#questions.get(id);
			if (mine === undefined) return `${id} does not exist`;
			const ballots = mine.ballots.size;
			const expected = `${mine.status}, ${ballots} ballots, [${mine.counts}]`;
			const counts = it.counts.length === 0 ? mine.counts : it.counts;
			const actual = `${it.status}, ${it.ballots} ballots, [${counts}]`;
			if (actual !== expected) return `${id} is ${actual} instead of ${expected}`;
		}
		return undefined;
	}

	countsDifferFrom(counts: Readonly<Record<string, readonly number[]>>): string | undefined {
		for (const [id, mine] of this.#questions) {
			const theirs = counts[id] ?? mine.counts.map(() => 0);
			if (`${theirs}` !== `${mine.counts}`)
				return `${id} is [${theirs}] instead of [${mine.counts}]`;
		}
		return undefined;
	}

	shown(): Shown {
		const entries = [...this.#questions].map(([id, { status, ballots, counts }]) => {
			const question: ShownQuestion = { status, ballots: ballots.size, counts: [...counts] };
			return [id, question] as const;
		});
		return Object.fromEntries(entries);
	}
}

function setBallot(
	{ counts, ballots }: Question,
	participant: string,
	choices: readonly number[] | undefined,
): void {
	for (const choice of ballots.get(participant) ?? []) counts[choice] = (counts[choice] ?? 0) - 1;
	for (const choice of choices ?? []) counts[choice] = (counts[choice] ?? 0) + 1;
	if (choices === undefined) ballots.delete(participant);
	else ballots.set(participant, choices);
}
