/** Who somebody is in a poll: tokens and nickname, kept per poll code. */
import type { KeyValueStore } from "./key-value-store.ts";

const TOKEN = /^[A-Za-z0-9_-]{22,64}$/;
// 192 bits: 32 characters of base64url without padding.
const TOKEN_BYTES = 24;

/** The participant's token for this poll; minted and kept when there is none yet. */
export function participantToken(store: KeyValueStore, code: string): string {
	const key = keyOf(code, "participant");
	const kept = store.get(key);
	if (kept !== undefined && TOKEN.test(kept)) return kept;
	const minted = mintToken();
	store.set(key, minted);
	// Read back: of two tabs that mint at once, the later one is both.
	return store.get(key) ?? minted;
}

export function keptNickname(store: KeyValueStore, code: string): string | undefined {
	return store.get(keyOf(code, "nickname"));
}

export function keepNickname(store: KeyValueStore, code: string, nickname: string): void {
	store.set(keyOf(code, "nickname"), nickname);
}

/** Somebody else from now on: the next join mints another token. */
export function forgetParticipant(store: KeyValueStore, code: string): void {
	store.delete(keyOf(code, "participant"));
	store.delete(keyOf(code, "nickname"));
}

export function keptHostToken(store: KeyValueStore, code: string): string | undefined {
	return store.get(keyOf(code, "host"));
}

export function keepHostToken(store: KeyValueStore, code: string, hostToken: string): void {
	store.set(keyOf(code, "host"), hostToken);
}

/** A token that the host has asked for, until it is known to be theirs. */
export function keptNextHostToken(store: KeyValueStore, code: string): string | undefined {
	return store.get(keyOf(code, "next-host"));
}

export function keepNextHostToken(
	store: KeyValueStore,
	code: string,
	hostToken: string | undefined,
): void {
	if (hostToken === undefined) store.delete(keyOf(code, "next-host"));
	else store.set(keyOf(code, "next-host"), hostToken);
}

/** At least 128 random bits in base64url. */
export function mintToken(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
	return btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_");
}

function keyOf(code: string, name: string): string {
	return `plenum:${code.toUpperCase()}:${name}`;
}
