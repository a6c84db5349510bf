/** Every limit of the contract at its very edge: what is at it is taken, one more is refused. */
import { deepEqual, equal } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { REVISION_MAX } from "../../../schema/limits.ts";
import { BesiegedServer, besiege } from "../support/besieged-server.ts";
import { isProblem, refusalCode } from "../support/hostile-values.ts";
import type { RawSeat } from "../support/raw-seat.ts";
import { type HttpAnswer, refusalOf, until } from "../support/wire-client.ts";

const OPTIONS = ["a", "b", "c"];

const siege = new BesiegedServer();

/** A test after which everybody else must be able to go on as before. */
function edge(title: string, attack: () => Promise<void>): void {
	it(title, () => siege.withstands(attack));
}

function create(form: object): Promise<HttpAnswer> {
	return siege.client.http("POST", "/api/polls", form);
}

function takeSeat(claim: object): Promise<HttpAnswer> {
	return siege.client.http("POST", `/api/polls/${siege.poll.code}/seats`, claim);
}

async function isTaken(form: object, context: string): Promise<void> {
	const answer = await create(form);
	equal(answer.status, 201, `${context}: ${answer.text}`);
}

async function isRefused(form: object, context: string): Promise<void> {
	isProblem(await create(form), "invalid_input", context);
}

async function hostOf(form: object): Promise<{ readonly code: string; readonly host: RawSeat }> {
	const { code, hostToken } = await siege.client.create(form);
	return { code, host: await siege.rawSeat({ hostToken }, code) };
}

describe("limits", () => {
	besiege(siege);

	describe("limits of a poll", () => {
		it("[H6] [B3] are the ones that the server tells", async () => {
			deepEqual((await siege.client.http("GET", "/api/limits")).body, {
				titleMax: 200,
				promptMax: 300,
				optionMax: 120,
				optionsMin: 2,
				optionsMax: 10,
				questionsMax: 50,
				nicknameMax: 40,
				capacityDefault: 20,
				capacityMax: 10_000,
				textsMaxBytes: 65_536,
				bodyMaxBytes: 262_144,
				messageMaxBytes: 16_384,
				viewersMax: 100,
			});
		});

		const texts: readonly (readonly [what: string, max: number, put: (text: string) => object])[] =
			[
				["title", 200, (title) => ({ title, questions: [question()] })],
				["prompt", 300, (prompt) => ({ questions: [question({ prompt })] })],
				["option", 120, (label) => ({ questions: [question({ options: [label, "other"] })] })],
				["question of the shorthand", 300, (prompt) => ({ question: prompt, options: OPTIONS })],
			];
		for (const [what, max, put] of texts) {
			edge(`[B3] the ${what} has 1 to ${max} code points, whatever their size`, async () => {
				for (const character of ["x", "é", "日", "😀", "\u202ex"]) {
					const width = [...character].length;
					await isTaken(put(character.repeat(1)), character);
					await isTaken(put(character.repeat(max / width)), character);
					await isRefused(put(`${character.repeat(max / width)}y`), character);
				}
				await isRefused(put(""), "empty");
			});
		}

		edge("[B3] a title that is not given is as much of the first prompt as fits", async () => {
			const { body } = await create({ question: "😀".repeat(300), options: OPTIONS });
			const view = await siege.client.http("GET", `/api/polls/${body.code}`);
			equal(view.body.title, "😀".repeat(200));
		});

		edge("[B3] a question has 2 to 10 different options", async () => {
			for (const count of [2, 10])
				await isTaken({ question: "?", options: labels(count) }, `${count}`);
			for (const count of [0, 1, 11])
				await isRefused({ question: "?", options: labels(count) }, `${count}`);
			await isRefused({ question: "?", options: ["same", "same"] }, "twice the same");
			await isTaken({ question: "?", options: ["Same", "same"] }, "another case");
		});

		edge(
			"[B3] maxChoices is 1 for a single choice, 1 to the number of options for several",
			async () => {
				const form = (kind: string, maxChoices: number) => ({
					questions: [question({ kind, maxChoices })],
				});
				for (const max of [1, 3]) await isTaken(form("multiple", max), `multiple ${max}`);
				for (const max of [0, 4]) await isRefused(form("multiple", max), `multiple ${max}`);
				await isTaken(form("single", 1), "single 1");
				for (const max of [0, 2]) await isRefused(form("single", max), `single ${max}`);
			},
		);

		edge("[B3] a poll has 1 to 50 questions, also when they are added live", async () => {
			await isRefused({ questions: [] }, "none");
			await isRefused({ questions: Array(51).fill(question()) }, "51");
			const { code, host } = await hostOf({ questions: Array(49).fill(question()) });
			equal((await host.request("add-question", question())).value.questionId, "q50");
			equal(refusalCode(await host.request("add-question", question()), "51"), "invalid_input");
			equal((await siege.client.http("GET", `/api/polls/${code}`)).body.questions.length, 50);
		});

		edge(
			"[B3] all texts of a poll have at most 64 KiB, also when questions are added live",
			async () => {
				const questions = Array.from({ length: 50 }, bigQuestion);
				const rest = 64 * 1024 - 50 * BIG_QUESTION_BYTES;
				await isTaken({ title: "x".repeat(rest), questions }, "64 KiB");
				await isRefused({ title: "x".repeat(rest + 1), questions }, "64 KiB and a byte");
				await isTaken({ title: "é".repeat(rest / 2), questions }, "64 KiB in twos");
				await isRefused(
					{ title: `${"é".repeat(rest / 2)}x`, questions },
					"64 KiB in twos and a byte",
				);

				for (const [title, isWithin] of [
					["x".repeat(rest), true],
					["x".repeat(rest + 1), false],
				] as const) {
					const { host } = await hostOf({ title, questions: questions.slice(1) });
					const reply = await host.request("add-question", bigQuestion(null, 50));
					if (isWithin) equal(reply.value.questionId, "q50");
					else equal(refusalCode(reply, title), "invalid_input");
				}
			},
		);

		edge("[B3] a capacity is 1 to 10000, and 20 when it is not given", async () => {
			const form = (capacity?: number) => ({ ...SHORT, settings: { capacity } });
			for (const capacity of [1, 10_000]) await isTaken(form(capacity), `${capacity}`);
			for (const capacity of [0, 10_001]) await isRefused(form(capacity), `${capacity}`);
			const { body } = await create(form());
			equal((await siege.client.http("GET", `/api/polls/${body.code}`)).body.capacity, 20);
		});

		edge("[B3] a body has at most 256 KiB", async () => {
			const body = JSON.stringify(SHORT);
			const padded = (bytes: number) => body + " ".repeat(bytes - body.length);
			const send = (bytes: number) => siege.client.http("POST", "/api/polls", padded(bytes));
			equal((await send(256 * 1024)).status, 201);
			isProblem(await send(256 * 1024 + 1), "payload_too_large", "one byte more");
		});
	});

	describe("limits of people and of what they send", () => {
		edge("[B3] a nickname has 1 to 40 code points after trimming", async () => {
			for (const nickname of [
				"x",
				"x".repeat(40),
				"😀".repeat(40),
				` ${"y".repeat(40)}\u00a0`,
				`${" ".repeat(4_000)}z`,
			]) {
				const seat = await siege.rawSeat({ nickname });
				equal((await seat.request("hello")).value.nickname, nickname.trim());
			}
			for (const nickname of ["", "  ", "x".repeat(41), "😀".repeat(41)]) {
				isProblem(await takeSeat({ nickname }), "invalid_input", nickname);
			}
		});

		edge("[B3] a participant token has 22 to 64 characters, a host token up to 128", async () => {
			for (const [length, isWithin] of [
				[21, false],
				[22, true],
				[64, true],
				[65, false],
			] as const) {
				const participantToken = randomBytes(64).toString("base64url").slice(0, length);
				const answer = await takeSeat({ nickname: `Token of ${length}`, participantToken });
				if (isWithin) equal(answer.status, 200);
				else isProblem(answer, "invalid_input", `${length}`);
			}
			isProblem(await takeSeat({ hostToken: "x".repeat(128) }), "unauthorized", "128");
			isProblem(await takeSeat({ hostToken: "x".repeat(129) }), "invalid_input", "129");
		});

		edge("[B3] a poll takes as many participants as its capacity, and no more", async () => {
			const { code } = await siege.client.create({ ...SHORT, settings: { capacity: 2 } });
			const claims = [siege.newcomer(), siege.newcomer(), siege.newcomer()] as const;
			for (const claim of claims.slice(0, 2)) await siege.rawSeat(claim, code);
			const refused = await refusalOfJoin(code, claims[2]);
			deepEqual(refused, [409, "poll_full"]);
			await siege.rawSeat({ participantToken: claims[0].participantToken }, code);
		});

		edge("[B3] a poll takes 100 viewers, and the next when one has left", async () => {
			const { code } = await siege.client.create(SHORT);
			const viewers: RawSeat[] = [];
			for (let count = 0; count < 100; count += 1) {
				viewers.push(await siege.rawSeat({ role: "viewer" }, code));
			}
			deepEqual(await refusalOfJoin(code, { role: "viewer" }), [409, "poll_full"]);
			viewers[0]?.socket.close(4000);
			// The server may hear of it after the next one has asked.
			await until(async () => (await refusalOfJoin(code, { role: "viewer" })) === "entered");
		});

		edge("[B3] a revision is 1 to 2147483647", async () => {
			const room = await siege.enter();
			const vote = (revision: number) =>
				room.request("vote", { questionId: "q1", choices: [0], revision });
			for (const revision of [0, REVISION_MAX + 1]) {
				equal((await refusalOf(vote(revision))).code, "invalid_input");
			}
			for (const revision of [1, REVISION_MAX]) equal((await vote(revision)).revision, revision);
		});

		edge("[B3] an id is looked up when it has 1 to 64 characters", async () => {
			const room = await siege.enter();
			for (const [length, code] of [
				[0, "invalid_input"],
				[1, "question_not_found"],
				[64, "question_not_found"],
				[65, "invalid_input"],
			] as const) {
				const vote = { questionId: "q".repeat(length), choices: [0], revision: 1 };
				equal((await refusalOf(room.request("vote", vote))).code, code);
			}
		});

		edge("[B3] an x-request-id is kept when it has 8 to 64 characters", async () => {
			for (const [length, isKept] of [
				[7, false],
				[8, true],
				[64, true],
				[65, false],
			] as const) {
				const sent = "a".repeat(length);
				const headers = { "x-request-id": sent };
				const answer = await siege.client.http("GET", "/api/limits", undefined, headers);
				equal(answer.headers.get("x-request-id") === sent, isKept, `${length}`);
			}
		});
	});
});

const SHORT = { question: "Which?", options: OPTIONS };
/** 300 of the prompt and ten labels of 101. */
const BIG_QUESTION_BYTES = 1_310;

function question(more: object = {}): object {
	return { prompt: "Which?", options: OPTIONS, ...more };
}

function labels(count: number): readonly string[] {
	return Array.from({ length: count }, (_, index) => `Option ${index}`);
}

function bigQuestion(_: unknown, number: number): object {
	const options = labels(10).map((label) => `${number} ${label}`.padEnd(101, "."));
	return { prompt: "p".repeat(300), options };
}

/** Status and code of a seat that is refused, by the HTTP call or on entering. */
async function refusalOfJoin(code: string, claim: object): Promise<unknown> {
	try {
		await siege.client.enter(code, claim);
	} catch (error) {
		const refused = error as { readonly code: number; readonly message: string };
		return [refused.code, refused.message];
	}
	return "entered";
}
