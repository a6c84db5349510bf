import assert from "node:assert/strict";
import {
	forgetParticipant,
	keepHostToken,
	keepNickname,
	keptHostToken,
	keptNickname,
	mintToken,
	participantToken,
} from "./identity.ts";
import { memoryStore, type WebStorage, webStore } from "./key-value-store.ts";

describe("identity", () => {
	it("[C13] a participant token has at least 128 random bits in 22 to 64 characters of base64url", () => {
		const tokens = new Set(Array.from({ length: 1000 }, mintToken));
		assert.equal(tokens.size, 1000);
		for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{22,64}$/);
	});

	it("[C14] the token is kept per poll, whatever case the code is typed in", () => {
		const store = memoryStore();
		const token = participantToken(store, "ABCDEF");
		assert.equal(participantToken(store, "abcdef"), token);
		assert.notEqual(participantToken(store, "GHJKLM"), token);
		keepHostToken(store, "ABCDEF", "host");
		keepNickname(store, "ABCDEF", "Ada");
		assert.equal(keptHostToken(store, "abcdef"), "host");
		assert.equal(keptNickname(store, "abcdef"), "Ada");
	});

	it("[C14] whoever is forgotten is somebody else next time; the host token stays", () => {
		const store = memoryStore();
		const token = participantToken(store, "ABCDEF");
		keepHostToken(store, "ABCDEF", "host");
		forgetParticipant(store, "ABCDEF");
		assert.equal(store.get("plenum:ABCDEF:participant"), undefined);
		assert.notEqual(participantToken(store, "ABCDEF"), token);
		assert.equal(keptHostToken(store, "ABCDEF"), "host");
	});

	it("[C15] a blocked Web Storage becomes memory, and says so", () => {
		const store = webStore(() => {
			throw new Error("SecurityError");
		});
		assert.equal(store.isPersistent, false);
		store.set("a", "1");
		assert.equal(store.get("a"), "1");
		store.delete("a");
		assert.equal(store.get("a"), undefined);
	});

	it("[C15] a full Web Storage still reads what it has, and keeps in memory what it cannot take", () => {
		const kept = new Map<string, string>();
		let isFull = false;
		const storage: WebStorage = {
			getItem: (key) => kept.get(key) ?? null,
			setItem(key, value) {
				if (isFull) throw new Error("QuotaExceededError");
				kept.set(key, value);
			},
			removeItem: (key) => void kept.delete(key),
		};
		const store = webStore(() => storage);
		store.set("a", "1");
		assert.equal(store.isPersistent, true);
		isFull = true;
		store.set("a", "2");
		store.set("b", "3");
		assert.deepEqual([store.get("a"), store.get("b"), kept.get("a")], ["2", "3", "1"]);
		assert.equal(store.isPersistent, false);
	});
});
