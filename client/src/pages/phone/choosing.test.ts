import { deepEqual } from "node:assert/strict";
import { tap } from "./choosing.ts";

describe("[U4] a tap on an option", () => {
	const single = { kind: "single", maxChoices: 1 } as const;
	const three = { kind: "multiple", maxChoices: 3 } as const;

	it("of a single choice votes, or moves the vote", () => {
		deepEqual(tap(single, [], 2), { kind: "vote", choices: [2] });
		deepEqual(tap(single, [2], 0), { kind: "vote", choices: [0] });
		deepEqual(tap(single, [2], 2), { kind: "one-stays" });
	});

	it("of several adds or takes back, up to the most that may be chosen", () => {
		deepEqual(tap(three, [], 4), { kind: "vote", choices: [4] });
		deepEqual(tap(three, [4], 1), { kind: "vote", choices: [1, 4] });
		deepEqual(tap(three, [1, 4], 4), { kind: "vote", choices: [1] });
		deepEqual(tap(three, [1, 2, 4], 0), { kind: "all-chosen" });
		deepEqual(tap(three, [1, 2, 4], 2), { kind: "vote", choices: [1, 4] });
	});

	it("never leaves nothing chosen", () => {
		deepEqual(tap(three, [4], 4), { kind: "one-stays" });
	});

	it("of several of which one may be chosen moves the vote", () => {
		deepEqual(tap({ kind: "multiple", maxChoices: 1 }, [0], 1), { kind: "vote", choices: [1] });
	});
});
