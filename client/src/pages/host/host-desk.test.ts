import { deepEqual, equal } from "node:assert/strict";
import type { ParticipantId } from "../../../../schema/ids.ts";
import { readHostLink } from "./host-link.ts";
import { rosterRows } from "./roster-rows.ts";
import { shortcutOf } from "./shortcut-keys.ts";

describe("[U6] the host link", () => {
	const token = "abcdefghijklmnopqrstuv-_0123456789";

	it("is read from what people paste: the whole link, or the key alone", () => {
		deepEqual(readHostLink(` https://polls.example/h/k7m2qx#${token} `), {
			code: "K7M2QX",
			hostToken: token,
		});
		deepEqual(readHostLink(token), { code: undefined, hostToken: token });
		deepEqual(readHostLink(`#${token}`), { code: undefined, hostToken: token });
	});

	it("is not found in a link that lost its key, nor in anything else", () => {
		for (const text of ["", "K7M2QX", "https://polls.example/h/K7M2QX", "https://a.b/h/X#short"]) {
			equal(readHostLink(text), undefined);
		}
	});
});

describe("[U6] the roster", () => {
	const people = ["Zoë", "ada", "Émile 10", "Émile 9"].map((nickname, index) => ({
		participantId: `p${index + 1}` as ParticipantId,
		nickname,
		online: true,
	}));
	const shown = (search: string, max = 10) => {
		const { rows, left } = rosterRows(people, search, max);
		return [...rows.map(({ nickname }) => nickname), left];
	};

	it("is by name, as people sort names", () => {
		deepEqual(shown(""), ["ada", "Émile 9", "Émile 10", "Zoë", 0]);
	});

	it("is searched ignoring case, and shown a part at a time", () => {
		deepEqual(shown(" ADA "), ["ada", 0]);
		deepEqual(shown("", 1), ["ada", 3]);
		deepEqual(shown("nobody"), [0]);
	});
});

describe("[U6] keyboard shortcuts", () => {
	const press = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };

	it("are single keys", () => {
		equal(shortcutOf({ ...press, key: "n" }), "next");
		equal(shortcutOf({ ...press, key: "J" }), "down");
		equal(shortcutOf({ ...press, key: "?" }), "help");
		equal(shortcutOf({ ...press, key: "x" }), undefined);
	});

	it("leave the browser's own alone, and a key held down counts once", () => {
		equal(shortcutOf({ ...press, key: "n", ctrlKey: true }), undefined);
		equal(shortcutOf({ ...press, key: "f", metaKey: true }), undefined);
		equal(shortcutOf({ ...press, key: "n", altKey: true }), undefined);
		equal(shortcutOf({ ...press, key: "n", repeat: true }), undefined);
	});
});
