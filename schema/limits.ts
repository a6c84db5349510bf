/** Bounds on everything that people send. Lengths count code points. */
export interface Limits {
	readonly titleMax: number;
	readonly promptMax: number;
	readonly optionMax: number;
	readonly optionsMin: number;
	readonly optionsMax: number;
	readonly questionsMax: number;
	readonly nicknameMax: number;
	readonly capacityDefault: number;
	readonly capacityMax: number;
	/** All titles, prompts and option labels of one poll together, in bytes of UTF-8. */
	readonly textsMaxBytes: number;
	readonly bodyMaxBytes: number;
	readonly messageMaxBytes: number;
	readonly viewersMax: number;
}

export const defaultLimits: Limits = {
	titleMax: 200,
	promptMax: 300,
	optionMax: 120,
	optionsMin: 2,
	optionsMax: 10,
	questionsMax: 50,
	nicknameMax: 40,
	capacityDefault: 20,
	capacityMax: 10_000,
	textsMaxBytes: 64 * 1024,
	bodyMaxBytes: 256 * 1024,
	messageMaxBytes: 16 * 1024,
	viewersMax: 100,
};

/** Connections that one participant may hold at once; the oldest beyond it is closed. */
export const CONNECTIONS_PER_PARTICIPANT_MAX = 5;

/** Every accepted request is answered within this time, with `unavailable` if need be. */
export const ANSWER_WITHIN_MS = 8_000;

/** A client without an answer for this long closes and takes a new seat. */
export const CLIENT_GIVES_UP_AFTER_MS = 3_000;

export const ROSTER_PAGE_SIZE = 500;

/** Highest revision of a ballot: PostgreSQL's `integer`. */
export const REVISION_MAX = 2_147_483_647;

/** Bytes of UTF-8. */
export function utf8Bytes(text: string): number {
	return new TextEncoder().encode(text).length;
}

/** Bytes that a title and questions count against `textsMaxBytes`. */
export function textBytes(
	title: string,
	questions: Iterable<{ readonly prompt: string; readonly options: readonly string[] }>,
): number {
	let bytes = utf8Bytes(title);
	for (const { prompt, options } of questions) {
		bytes += utf8Bytes(prompt);
		for (const option of options) bytes += utf8Bytes(option);
	}
	return bytes;
}
