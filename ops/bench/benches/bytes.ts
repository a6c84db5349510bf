import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../kit/bench.ts";
import type { Voter } from "../kit/hall.ts";
import { memorySide, plenumSide, sideNames } from "../kit/voting-sides.ts";

const PEOPLE = 100;
const VOTES = 50;
/** Longer than both gather changes for so many people, so that every vote is shown by itself. */
const PAUSE_MS = 120;

export const bytes: Bench = {
	name: "bytes",
	about: "bytes that every client receives for a vote",
	runs: 3,
	setting: () =>
		`One poll of ${PEOPLE} people; ${VOTES} votes, one every ${PAUSE_MS} ms. Counted are the WebSocket's payloads, receipts among them.`,
	measures: [{ key: "bytes", label: "received a vote and client", unit: "bytes" }],
	comparisons: [
		{ measure: "bytes", subject: sideNames.plenum, goal: { kind: "at-most", bound: 20 } },
		{ measure: "bytes", subject: sideNames.plenum, reference: sideNames.memory },
		{ measure: "cpuServer", subject: sideNames.plenum, reference: sideNames.memory },
	],
	async prepare(workbench) {
		const hall = { polls: 1, people: PEOPLE, measure };
		return [await memorySide(workbench, hall), await plenumSide(workbench, hall)];
	},
};

async function measure(voters: readonly Voter[]) {
	const received = () => voters.reduce((sum, { seat }) => sum + seat.bytesReceived, 0);
	await sleep(PAUSE_MS);
	const before = received();
	for (const voter of voters.slice(0, VOTES)) {
		await voter.vote();
		await sleep(PAUSE_MS);
	}
	const perClient = (received() - before) / VOTES / PEOPLE;
	return { operations: VOTES, values: { bytes: perClient } };
}
