/**
 * Addresses in the audit log. All IPv4 addresses could be tried against a plain hash in minutes,
 * so they are hashed with a secret, and under another key each day (UTC): within a day one can see
 * that it was the same address, afterwards nobody can follow it.
 */
import { createHmac, randomBytes } from "node:crypto";

const DAY_MS = 86_400_000;
/** 96 bits: two addresses of a day never look the same. */
const CHARACTERS = 16;

/**
 * @param secret the same on all processes, so that they hash alike; without one, each process
 * draws its own and forgets it when it ends.
 * @param wallClock ms since 1970
 */
export function addressHasher(
	secret: string | undefined,
	wallClock: () => number,
): (address: string) => string {
	const root = secret ?? randomBytes(32);
	let day = Number.NaN;
	let key = Buffer.alloc(0);
	return (address) => {
		const today = Math.floor(wallClock() / DAY_MS);
		if (today !== day) {
			key = createHmac("sha256", root).update(`audit address, day ${today}`).digest();
			day = today;
		}
		return createHmac("sha256", key).update(address).digest("base64url").slice(0, CHARACTERS);
	};
}
