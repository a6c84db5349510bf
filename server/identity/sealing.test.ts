import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { Sealing } from "./sealing.ts";

describe("[T4] what processes tell each other", () => {
	const [door, owner, stranger] = [new Sealing(), new Sealing(), new Sealing()];
	const there = door.with(owner.publicKey);
	const here = owner.with(door.publicKey);
	const message = { token: "a-participants-own-token", nickname: "Zoë" };

	it("is read at the other end, in both directions", () => {
		deepEqual(here.open(there.seal(message, "call 1"), "call 1"), message);
		deepEqual(there.open(here.seal([message], "answer 1"), "answer 1"), [message]);
		equal(there.open(here.seal(undefined, "answer 2"), "answer 2"), null);
	});

	it("shows nothing, and never the same twice", () => {
		const [one, other] = [there.seal(message, "call 1"), there.seal(message, "call 1")];
		ok(one !== other);
		const bytes = Buffer.from(one, "base64url").toString("latin1");
		ok(!bytes.includes("token") && !bytes.includes(message.token));
	});

	it("is read by nobody else, as nothing else, and not when a bit was changed", () => {
		const sealed = there.seal(message, "call 1");
		throws(() => stranger.with(door.publicKey).open(sealed, "call 1"));
		throws(() => stranger.with(owner.publicKey).open(sealed, "call 1"));
		throws(() => here.open(sealed, "call 2"));
		for (const place of [0, 13, -1]) {
			const bytes = Buffer.from(sealed, "base64url");
			bytes.writeUInt8((bytes.at(place) ?? 0) ^ 1, (bytes.length + place) % bytes.length);
			throws(() => here.open(bytes.toString("base64url"), "call 1"));
		}
		for (const text of ["", "x", "A".repeat(40), "\u{1f600}"])
			throws(() => here.open(text, "call 1"));
	});

	it("cannot begin with something that is no key", () => {
		for (const key of ["", "x", `${door.publicKey.slice(0, -4)}!`]) throws(() => owner.with(key));
	});
});
