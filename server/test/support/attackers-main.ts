/**
 * A flooder and a code guesser at one address, as a process of their own: what they spend is not the
 * hall's. Started by `startAttackers`; every message is an `Attack`, answered by an `AttackReport`.
 */
import { constants, getPriority, setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { unusedCode } from "./attack-small-forms.ts";
import { Visitor } from "./attack-visitor.ts";
import { type Attack, type AttackReport, FLOOD_FRAMES_MAX } from "./attackers.ts";
import { requestFrame } from "./raw-seat.ts";

const [origin = "", code = "", address = ""] = process.argv.slice(2);
/** Less than anybody else: on a small machine the attackers would otherwise take the hall's turns. */
const NICENESS = Math.min(getPriority() + 10, constants.priority.PRIORITY_LOW);
const FRAMES_AT_ONCE = 50;
const HELLO = requestFrame(1, "hello");
const TOLD_WITHIN_MS = 60_000;
const BETWEEN_GUESSES_MS = 20;
const AFTER_REFUSAL_MS = 50;

let guessed = 0;

/** Resolves to how many codes it learned of. */
async function guess(forMs: number): Promise<number> {
	const guesser = new Visitor(origin, address);
	const until = performance.now() + forMs;
	const looks: Promise<unknown>[] = [];
	let learned = 0;
	while (performance.now() < until) {
		guessed += 1;
		const look = guesser.look(unusedCode(guessed, "YYX")).then(({ status }) => {
			if (status !== 429) learned += 1;
		});
		looks.push(look);
		await pause(BETWEEN_GUESSES_MS);
	}
	await Promise.all(looks);
	return learned;
}

/** Comes back, as somebody new, as soon as it is told to go. */
async function flood(
	forMs: number,
): Promise<Pick<AttackReport, "frames" | "closeCodes" | "turnedAway">> {
	const flooder = new Visitor(origin, address);
	const frames: number[] = [];
	const closings: Promise<number>[] = [];
	let turnedAway = 0;
	const until = performance.now() + forMs;
	while (performance.now() < until) {
		const nickname = `Flooder ${crypto.randomUUID().slice(0, 8)}`;
		const seat = await flooder.seat(code, { nickname }).catch(() => undefined);
		if (seat === undefined) {
			turnedAway += 1;
			await pause(AFTER_REFUSAL_MS);
			continue;
		}
		let sent = 0;
		for (; seat.isOpen && sent < FLOOD_FRAMES_MAX; sent += FRAMES_AT_ONCE) {
			for (let n = 0; n < FRAMES_AT_ONCE; n += 1) seat.send(HELLO);
			await pause(10);
		}
		frames.push(sent);
		closings.push(Promise.race([seat.closed, pause(TOLD_WITHIN_MS, 0)]));
	}
	return { frames, closeCodes: await Promise.all(closings), turnedAway };
}

setPriority(NICENESS);
process.on("message", async ({ floodMs, guessMs }: Attack) => {
	const [learned, flooded] = await Promise.all([guess(guessMs), flood(floodMs)]);
	process.send?.({ learned, ...flooded } satisfies AttackReport);
});
process.on("disconnect", () => process.exit());
