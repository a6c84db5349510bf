/**
 * What a crowd did to a poll and saw of it, held against the export that is left at the end.
 * `(epoch, seq)` on every receipt and screen is the witness: sets and one fold suffice, no search
 * for an order. For polls whose counts everybody sees and from which nobody is removed.
 */
import type { ExportedVote } from "../../../schema/wire/http.ts";

export interface SentVote {
	readonly participantId: string;
	readonly questionId: string;
	readonly revision: number;
	readonly choices: readonly number[];
}

export interface Receipt extends SentVote {
	readonly seq: number;
}

/** Votes per option, by question. */
export type Tallies = Readonly<Record<string, readonly number[]>>;

/** What a screen showed at one moment. */
export interface Picture {
	readonly epoch: number;
	readonly seq: number;
	readonly tallies: Tallies;
}

export interface Screen {
	readonly name: string;
	/** In the order in which they were shown. */
	readonly pictures: readonly Picture[];
}

export interface History {
	/** Each sending, with or without an answer. */
	readonly sent: readonly SentVote[];
	readonly receipts: readonly Receipt[];
	readonly screens: readonly Screen[];
}

export interface Outcome {
	readonly exported: readonly ExportedVote[];
	/** As `GET /results` says in the end. */
	readonly results: Tallies;
}

/** Everything that is wrong, one sentence each; each begins with the broken property. */
export function violations(history: History, outcome: Outcome): readonly string[] {
	return [
		...doubledVotes(outcome),
		...lostReceipts(history, outcome),
		...inventedRows(history, outcome),
		...wrongPictures(history, outcome),
		...backwardScreens(history),
		...wrongEndings(history, outcome),
	];
}

/** Each ballot's revisions only grow, each place is taken once. */
function doubledVotes({ exported }: Outcome): string[] {
	const ballots = new Map<string, ExportedVote>();
	let last = 0;
	return exported.flatMap((row) => {
		const ballot = `${row.question_id} ${row.participant_id}`;
		const name = `${nameOf(voteOf(row))} at ${row.seq}`;
		const before = ballots.get(ballot);
		const lastPlace = last;
		ballots.set(ballot, row);
		last = row.seq;
		return [
			...(row.seq > lastPlace ? [] : [`doubled: the place of ${name} comes after ${lastPlace}`]),
			...(before === undefined || row.revision > before.revision
				? []
				: [`doubled: ${name} comes after revision ${before.revision} at ${before.seq}`]),
		];
	});
}

function lostReceipts({ receipts }: History, { exported }: Outcome): string[] {
	const rows = new Map(exported.map((row) => [keyOf(voteOf(row)), row]));
	return receipts.flatMap((receipt) => {
		const row = rows.get(keyOf(receipt));
		const name = `${nameOf(receipt)}, acknowledged as ${receipt.seq},`;
		if (row === undefined) return [`lost: ${name} is not in the export`];
		if (row.seq !== receipt.seq) return [`lost: ${name} stands at ${row.seq}`];
		if (String(row.choices) === String(receipt.choices)) return [];
		return [`lost: ${name} stands there as ${row.choices}`];
	});
}

function inventedRows({ sent }: History, { exported }: Outcome): string[] {
	const asked = new Map<string, string>();
	const wrong: string[] = [];
	for (const vote of sent) {
		const choices = asked.get(keyOf(vote)) ?? String(vote.choices);
		if (choices !== String(vote.choices))
			wrong.push(`ambiguous: ${nameOf(vote)} also as ${choices}`);
		asked.set(keyOf(vote), choices);
	}
	for (const row of exported) {
		if (asked.get(keyOf(voteOf(row))) === String(row.choices)) continue;
		wrong.push(`invented: nobody cast ${nameOf(voteOf(row))}, row ${row.seq}`);
	}
	return wrong;
}

/** Durable before visible: every picture is the fold of the export up to its place. */
function wrongPictures({ screens }: History, { exported }: Outcome): string[] {
	const pictures = screens
		.flatMap(({ name, pictures }) => pictures.map((picture) => ({ ...picture, name })))
		.sort((a, b) => a.seq - b.seq);
	const fold = new Fold();
	let next = 0;
	return pictures.flatMap(({ name, epoch, seq, tallies }) => {
		for (let row = exported[next]; row !== undefined && row.seq <= seq; row = exported[next]) {
			fold.add(row);
			next += 1;
		}
		if (fold.equals(tallies)) return [];
		return [
			`taken back: ${name} showed ${JSON.stringify(tallies)} at ${epoch}/${seq}, not ${fold}`,
		];
	});
}

function backwardScreens({ screens }: History): string[] {
	return screens.flatMap(({ name, pictures }) => {
		let shown = { epoch: 0, seq: 0 };
		return pictures.flatMap(({ epoch, seq }) => {
			const before = shown;
			shown = { epoch, seq };
			if (epoch > before.epoch || (epoch === before.epoch && seq >= before.seq)) return [];
			return [`went back: ${name} from ${before.epoch}/${before.seq} to ${epoch}/${seq}`];
		});
	});
}

function wrongEndings({ screens }: History, { exported, results }: Outcome): string[] {
	const fold = new Fold();
	for (const row of exported) fold.add(row);
	const endings = screens.map(({ name, pictures }) => ({
		name,
		tallies: pictures.at(-1)?.tallies,
	}));
	return [...endings, { name: "the results", tallies: results }].flatMap(({ name, tallies }) =>
		tallies !== undefined && fold.equals(tallies)
			? []
			: [`wrong end: ${name} with ${JSON.stringify(tallies)}, not ${fold}`],
	);
}

/** Recounted here on purpose: the server's own fold is what is under test. */
class Fold {
	readonly #ballots = new Map<string, readonly number[]>();
	readonly #counts = new Map<string, number[]>();

	add({ question_id, participant_id, choices }: ExportedVote): void {
		const ballot = `${question_id} ${participant_id}`;
		this.#count(question_id, this.#ballots.get(ballot) ?? [], -1);
		this.#count(question_id, choices, 1);
		this.#ballots.set(ballot, choices);
	}

	equals(tallies: Tallies): boolean {
		const questions = new Set([...this.#counts.keys(), ...Object.keys(tallies)]);
		return [...questions].every((questionId) => {
			const mine = this.#counts.get(questionId) ?? [];
			const theirs = tallies[questionId] ?? [];
			const options = Math.max(mine.length, theirs.length);
			for (let option = 0; option < options; option += 1) {
				if ((mine[option] ?? 0) !== (theirs[option] ?? 0)) return false;
			}
			return true;
		});
	}

	toString(): string {
		return JSON.stringify(Object.fromEntries(this.#counts));
	}

	#count(questionId: string, choices: readonly number[], by: number): void {
		const counts = this.#counts.get(questionId) ?? [];
		this.#counts.set(questionId, counts);
		for (const choice of choices) {
			while (counts.length <= choice) counts.push(0);
			counts[choice] = (counts[choice] ?? 0) + by;
		}
	}
}

function voteOf(row: ExportedVote): SentVote {
	const { participant_id: participantId, question_id: questionId, revision, choices } = row;
	return { participantId, questionId, revision, choices };
}

function keyOf({ participantId, questionId, revision }: SentVote): string {
	return `${questionId} ${participantId} ${revision}`;
}

function nameOf({ participantId, questionId, revision, choices }: SentVote): string {
	return `revision ${revision} of ${participantId} on ${questionId} (${choices})`;
}
