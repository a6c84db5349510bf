/** Every field of every request given what nobody means to send: an answer or a structured refusal, and no trace. */
import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { pack } from "msgpackr";
import { defaultLimits } from "../../../schema/limits.ts";
import { type RequestType, requestRoles } from "../../../schema/wire/client-messages.ts";
import type { CreatedPoll, ExportedVote } from "../../../schema/wire/http.ts";
import { BesiegedServer, besiege } from "../support/besieged-server.ts";
import {
	hostileBinaryValues,
	hostileValues,
	isText,
	isWhole,
	refusalCode,
	shown,
} from "../support/hostile-values.ts";
import { type RawSeat, requestFrame } from "../support/raw-seat.ts";

const { promptMax, optionMax, optionsMin, optionsMax, questionsMax } = defaultLimits;
const OPTIONS = ["a", "b", "c"];
const SEED = 20_261_122;
const ANSWERED = "answered";

const siege = new BesiegedServer();
const everything = [...hostileValues, ...hostileBinaryValues];
const requestTypes = Object.keys(requestRoles) as RequestType[];

/** A test after which everybody else must be able to go on as before. */
function assault(title: string, attack: () => Promise<void>): void {
	it(title, () => siege.withstands(attack));
}

/** What takes any object for its payload, after which the poll or its host would be out. */
const FINAL: readonly string[] = ["end-poll", "rotate-host-token"];

describe("bad input by messages", () => {
	besiege(siege);

	describe("votes", () => {
		assault("[B2] [B4] whatever a vote holds, only what was acknowledged is recorded", async () => {
			const { poll, voter } = await openPoll();
			const acknowledged: unknown[] = [];
			const next = () => ({
				questionId: "q1",
				choices: [acknowledged.length % OPTIONS.length],
				revision: acknowledged.length + 1,
			});
			for (const value of everything) {
				const id = isId(value) ? "question_not_found" : "invalid_input";
				await leadsTo(id, voter, "vote", { ...next(), questionId: value });
				await leadsTo("invalid_input", voter, "vote", { ...next(), choices: value });
				await leadsTo("invalid_input", voter, "vote", { ...next(), revision: value });
				if (!isWhole(value, 0, OPTIONS.length - 1)) {
					await leadsTo("invalid_input", voter, "vote", { ...next(), choices: [value] });
				}
				const vote = next();
				await leadsTo(ANSWERED, voter, "vote", vote);
				acknowledged.push([vote.revision, vote.choices]);
			}

			const exported = await exportOf(poll);
			deepEqual(
				exported.map(({ revision, choices }) => [revision, choices]),
				acknowledged,
			);
			const counts = OPTIONS.map((_, option) => Number(option === (acknowledged.length - 1) % 3));
			const { body } = await siege.client.http("GET", `/api/polls/${poll.code}`);
			deepEqual([body.questions[0].ballots, body.questions[0].counts], [1, counts]);
		});

		assault("[B2] choices that repeat, are too many or are negative zero", async () => {
			const { poll, voter } = await openPoll({ kind: "multiple", maxChoices: 2 });
			for (const choices of [
				[0, 0],
				[0, 1, 2],
				[3],
				[-1],
				[],
				[0.5],
				[[0]],
				[null],
				Array(11).fill(0),
			]) {
				await leadsTo("invalid_input", voter, "vote", { questionId: "q1", choices, revision: 1 });
			}
			const negativeZero = Buffer.from([0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0]);
			const vote = pack({ questionId: "q1", revision: 1, choices: [0] });
			const place = vote.lastIndexOf(0x91) + 1;
			const payload = Buffer.concat([
				vote.subarray(0, place),
				negativeZero,
				vote.subarray(place + 1),
			]);
			equal((await voter.requestBytes("vote", payload)).status, 0);
			deepEqual(
				(await exportOf(poll)).map(({ choices }) => choices),
				[[0]],
			);
		});
	});

	describe("what a host asks", () => {
		assault(
			"[B2] [B4] a question or person that is not there, and a page after nobody",
			async () => {
				const { poll, host } = await openPoll();
				const before = await siege.client.http("GET", `/api/polls/${poll.code}`);
				for (const value of everything) {
					const unknown = isId(value) ? "question_not_found" : "invalid_input";
					for (const type of ["open-question", "close-question", "show-question"]) {
						await leadsTo(unknown, host, type, { questionId: value });
					}
					await leadsTo("invalid_input", host, "remove-participant", { participantId: value });
					await leadsTo(isId(value) ? ANSWERED : "invalid_input", host, "roster", { after: value });
				}
				const after = await siege.client.http("GET", `/api/polls/${poll.code}`);
				deepEqual(after.body, before.body);
			},
		);

		for (const [field, put, allows] of questionFields()) {
			assault(
				`[B2] [B4] ${field} of a question to add: taken when it is one, refused when not`,
				async () => {
					const { poll, host } = await openPoll();
					const added: unknown[] = [];
					for (const value of everything) {
						const isTaken = allows(value) && added.length + 1 < questionsMax;
						await leadsTo(isTaken ? ANSWERED : "invalid_input", host, "add-question", put(value));
						if (isTaken) added.push(value);
					}
					const { body } = await siege.client.http("GET", `/api/polls/${poll.code}`);
					equal(body.questions.length, added.length + 1);
					const prompts = body.questions.slice(1).map(({ prompt }: { prompt: string }) => prompt);
					if (field === "prompt") deepEqual(prompts, added);
				},
			);
		}

		assault("[B2] [B4] a poll is ended by an object, and by nothing that is none", async () => {
			const { poll, host } = await openPoll();
			for (const value of everything) {
				if (value !== null && !isObject(value))
					await leadsTo("invalid_input", host, "end-poll", value);
			}
			const status = async () =>
				(await siege.client.http("GET", `/api/polls/${poll.code}`)).body.status;
			equal(await status(), "open");
			await leadsTo(ANSWERED, host, "end-poll", { constructor: 1 });
			equal(await status(), "closed");
		});
	});

	describe("payloads as a whole", () => {
		assault("[B2] anything at all as the payload of any request is answered", async () => {
			const { host, voter } = await openPoll();
			for (const value of everything) {
				const needsNothing = value === null || isObject(value);
				for (const type of requestTypes.filter((name) => !FINAL.includes(name))) {
					const seat = type === "vote" ? voter : host;
					const isFine = needsNothing && (type === "hello" || type === "roster");
					await leadsTo(isFine ? ANSWERED : "invalid_input", seat, type, value);
				}
				await leadsTo("forbidden", voter, "end-poll", value);
				await leadsTo("forbidden", host, "vote", value);
			}
		});

		assault("[B2] any JSON in any field is answered", async () => {
			const { host, voter } = await openPoll();
			const names = [
				"questionId",
				"choices",
				"revision",
				"prompt",
				"kind",
				"options",
				"maxChoices",
				"after",
			];
			const payload = fc.oneof(
				fc.jsonValue({ maxDepth: 3 }),
				fc.dictionary(
					fc.constantFrom(...names, "participantId", "__proto__"),
					fc.jsonValue({ maxDepth: 3 }),
				),
			);
			const types = requestTypes.filter((type) => !FINAL.includes(type));
			const property = fc.asyncProperty(payload, fc.constantFrom(...types), async (value, type) => {
				const seat = type === "vote" ? voter : host;
				ok(await outcomeOf(seat, type, value));
			});
			await fc.assert(property, { seed: SEED, numRuns: 300 });
		});

		assault(
			"[B2] a text of 15 KiB is refused, one of a megabyte closes that connection with 1009",
			async () => {
				const { host, voter } = await openPoll();
				const fields: readonly (readonly [RequestType, string, RawSeat])[] = [
					["vote", "questionId", voter],
					["vote", "choices", voter],
					["open-question", "questionId", host],
					["add-question", "prompt", host],
					["remove-participant", "participantId", host],
					["roster", "after", host],
				];
				for (const [type, field, seat] of fields) {
					await leadsTo("invalid_input", seat, type, { [field]: "x".repeat(15 * 1024) });
					const flooded = await siege.rawSeat();
					flooded.send(requestFrame(1, type, pack({ [field]: "x".repeat(1024 * 1024) })));
					equal(await flooded.closed, 1009);
				}
				await leadsTo(ANSWERED, voter, "hello", {});
			},
		);
	});
});

/** A poll with one open question, its host and one participant, both of them raw. */
async function openPoll(
	more: object = {},
): Promise<{ readonly poll: CreatedPoll; readonly host: RawSeat; readonly voter: RawSeat }> {
	const poll = await siege.client.create({
		questions: [{ prompt: "Which?", options: OPTIONS, ...more }],
	});
	const host = await siege.rawSeat({ hostToken: poll.hostToken }, poll.code);
	const voter = await siege.rawSeat({ nickname: "Ada" }, poll.code);
	await leadsTo(ANSWERED, host, "open-question", { questionId: "q1" });
	return { poll, host, voter };
}

async function leadsTo(
	expected: string,
	seat: RawSeat,
	type: string,
	payload: unknown,
): Promise<void> {
	equal(await outcomeOf(seat, type, payload), expected, `${type} ${shown(payload)}`);
}

/** The code of a well-formed refusal, or that there was a proper answer. */
async function outcomeOf(seat: RawSeat, type: string, payload: unknown): Promise<string> {
	const reply = await seat.request(type, payload);
	if (reply.status !== 0) return refusalCode(reply, `${type} ${shown(payload)}`);
	ok(isObject(reply.value), `${type} ${shown(payload)}: ${shown(reply.value)}`);
	return ANSWERED;
}

async function exportOf({ code, hostToken }: CreatedPoll): Promise<readonly ExportedVote[]> {
	const headers = { authorization: `Bearer ${hostToken}` };
	const answer = await siege.client.http("GET", `/api/polls/${code}/export`, undefined, headers);
	equal(answer.status, 200);
	return answer.body;
}

function questionFields(): readonly (readonly [
	field: string,
	put: (value: unknown) => object,
	allows: (value: unknown) => boolean,
])[] {
	const question = { prompt: "Which?", kind: "multiple", options: OPTIONS };
	const areOptions = (value: unknown): boolean =>
		Array.isArray(value) &&
		isWhole(value.length, optionsMin, optionsMax) &&
		value.every((label) => isText(label, optionMax)) &&
		new Set(value).size === value.length;
	return [
		["prompt", (prompt) => ({ ...question, prompt }), (value) => isText(value, promptMax)],
		[
			"kind",
			(kind) => ({ ...question, kind }),
			(value) => value === "single" || value === "multiple",
		],
		["options", (options) => ({ ...question, options }), areOptions],
		[
			"an option",
			(value) => ({ ...question, options: ["other", value] }),
			(value) => isText(value, optionMax),
		],
		[
			"maxChoices",
			(maxChoices) => ({ ...question, maxChoices }),
			(value) => isWhole(value, 1, OPTIONS.length),
		],
	];
}

/** Strings of such a length are looked up; anything else is no id. */
function isId(value: unknown): boolean {
	return typeof value === "string" && value.length >= 1 && value.length <= 64;
}

function isObject(value: unknown): boolean {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
