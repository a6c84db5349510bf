/** Join codes: six characters without 0, 1, I and O, so that they can be read aloud. */
import type { PollCode } from "./ids.ts";

export const CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
export const CODE_LENGTH = 6;

const CODE = new RegExp(`^[${CODE_ALPHABET}]{${CODE_LENGTH}}$`);

/** The code as stored, or `undefined` when the input cannot be one. Case does not matter. */
export function parsePollCode(input: string): PollCode | undefined {
	if (input.length !== CODE_LENGTH) return undefined;
	const code = input.toUpperCase();
	return CODE.test(code) ? (code as PollCode) : undefined;
}
