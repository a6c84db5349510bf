/** Random join codes: unguessable as far as 32^6 allows, so no counter and no clock in them. */
import { randomInt } from "node:crypto";
import type { PollCode } from "../../schema/ids.ts";
import { CODE_ALPHABET, CODE_LENGTH } from "../../schema/poll-code.ts";

export function mintPollCode(): PollCode {
	let code = "";
	for (let place = 0; place < CODE_LENGTH; place += 1) {
		code += CODE_ALPHABET.charAt(randomInt(CODE_ALPHABET.length));
	}
	return code as PollCode;
}
