/** Tokens: random, never stored; what is stored and compared is their hash. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { TokenHash } from "../../schema/ids.ts";

/** 192 random bits as 32 characters of base64url. */
export function mintToken(): string {
	return randomBytes(24).toString("base64url");
}

/** SHA-256: enough for tokens of at least 128 random bits, which nobody can guess or tabulate. */
export function hashToken(token: string): TokenHash {
	return createHash("sha256").update(token).digest("base64url") as TokenHash;
}

/** Compares in constant time. */
export function isSameHash(left: TokenHash, right: TokenHash): boolean {
	const [a, b] = [Buffer.from(left), Buffer.from(right)];
	return a.length === b.length && timingSafeEqual(a, b);
}
