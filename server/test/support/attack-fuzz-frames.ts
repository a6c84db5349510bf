/** Frames that nobody means to send, made of frames that somebody would. A seed repeats them. */
import { Protocol } from "@colyseus/shared-types";
import { pack } from "msgpackr";
import type { Random } from "../simulation/random.ts";
import { hostileBinaryValues, hostileValues } from "./hostile-values.ts";
import { requestFrame } from "./raw-seat.ts";

const TYPES = [
	"hello",
	"vote",
	"open-question",
	"close-question",
	"show-question",
	"add-question",
	"remove-participant",
	"end-poll",
	"rotate-host-token",
	"roster",
	"__proto__",
	"",
];
const KEYS = ["questionId", "choices", "revision", "participantId", "prompt", "options", "after"];
/** Past the 16 KiB that a message may have. */
const OVERSIZED = 20_000;

/** The next frame, whatever comes of it. */
export function hostileFrame(random: Random): Buffer {
	const kind = random.int(0, 7);
	switch (kind) {
		case 0:
			return bytes(random, random.int(0, 64));
		case 1:
			return Buffer.concat([Buffer.of(random.int(0, 31)), bytes(random, random.int(0, 40))]);
		case 2:
			return validFrame(random).subarray(0, random.int(0, 20));
		case 3:
			return Buffer.concat([validFrame(random), bytes(random, random.int(1, 30))]);
		case 4:
			return requestFrame(random.int(0, 2 ** 31), random.pick(TYPES), bytes(random, 30));
		case 5:
			return random.chance(0.02) ? Buffer.alloc(OVERSIZED, 7) : validFrame(random);
		default:
			return mutated(validFrame(random), random);
	}
}

/** A request as a client forms it, with a value in it that none would have. */
function validFrame(random: Random): Buffer {
	const payload: Record<string, unknown> = { questionId: "q1", choices: [0], revision: 1 };
	const value = random.pick(random.chance(0.8) ? hostileValues : hostileBinaryValues);
	if (random.chance(0.7)) payload[random.pick(KEYS)] = value;
	const packed = pack(random.chance(0.1) ? value : payload);
	if (random.chance(0.05)) return Buffer.of(Protocol.JOIN_ROOM);
	return requestFrame(random.int(0, 1_000), random.pick(TYPES), packed.subarray(0, 16_000));
}

function mutated(frame: Buffer, random: Random): Buffer {
	const copy = Buffer.from(frame);
	for (let n = random.int(1, 6); n > 0 && copy.length > 0; n -= 1) {
		copy[random.int(0, copy.length - 1)] = random.int(0, 255);
	}
	return copy;
}

function bytes(random: Random, length: number): Buffer {
	return Buffer.from(Array.from({ length }, () => random.int(0, 255)));
}
