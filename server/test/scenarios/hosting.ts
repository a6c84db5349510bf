/** The host's requests: open, close, reopen, show, add, end. */
import { deepEqual, equal } from "node:assert/strict";
import { refusalOf, type WireRoom } from "../support/wire-client.ts";
import { aPoll, days, shows, showsCounts, tea, vote } from "./gathering.ts";
import type { Site } from "./site.ts";

export function hostingScenarios(site: () => Site): void {
	async function aShow() {
		const poll = await aPoll(site(), {}, [tea, days]);
		const [host, viewer, ada] = await Promise.all([poll.host(), poll.viewer(), poll.join("Ada")]);
		/** Asks, and waits until every screen shows poll status, current question and each question's status. */
		const does = async (type: string, payload: object, expected: string) => {
			deepEqual(await host.request(type, payload), {});
			for (const screen of [host, viewer, ada])
				await shows(screen, () => picture(screen) === expected);
			const { body } = await poll.http("GET");
			equal(
				[body.status, ...body.questions.map(({ status }: { status: string }) => status)].join(" "),
				expected.replace(/ q\d:/, ""),
			);
		};
		const refused = async (type: string, payload: object) =>
			(await refusalOf(host.request(type, payload))).code;
		return { poll, host, viewer, ada, does, refused };
	}

	describe("hosting", () => {
		it("[V3] before anything opens: waiting, and the first question is the current one", async () => {
			const { viewer } = await aShow();
			equal(picture(viewer), "waiting q1: waiting waiting");
		});

		it("[V3] open makes current; close, reopen and show do what they say", async () => {
			const { does, refused, ada } = await aShow();
			await does("open-question", { questionId: "q2" }, "open q2: waiting open");
			await does("open-question", { questionId: "q1" }, "open q1: open open");
			await does("show-question", { questionId: "q2" }, "open q2: open open");
			await vote(ada, [0]);
			await does("close-question", { questionId: "q1" }, "open q2: closed open");
			equal(await refused("close-question", { questionId: "q1" }), "question_not_open");
			await does("close-question", { questionId: "q2" }, "waiting q2: closed closed");
			await does("open-question", { questionId: "q1" }, "open q1: open closed");
			await vote(ada, [1], 2);
			await showsCounts(ada, [0, 1, 0]);
			await does("show-question", { questionId: "q2" }, "open q2: open closed");
			await does("open-question", { questionId: "q1" }, "open q1: open closed");
		});

		it("[V3] closing what waits is question_not_open, an unknown question question_not_found", async () => {
			const { refused } = await aShow();
			equal(await refused("close-question", { questionId: "q1" }), "question_not_open");
			for (const type of ["open-question", "close-question", "show-question"]) {
				equal(await refused(type, { questionId: "q3" }), "question_not_found");
				equal(await refused(type, {}), "invalid_input");
			}
		});

		it("[V3] a question added live is there for everybody and can be opened", async () => {
			const { host, viewer, ada, does } = await aShow();
			const answer = await host.request("add-question", {
				prompt: "Lunch?",
				kind: "multiple",
				options: ["Soup", "Salad", "Stew"],
			});
			deepEqual(answer, { questionId: "q3" });
			for (const screen of [host, viewer, ada]) {
				await shows(screen, (state) => state.questions.length === 3);
				const { id, prompt, kind, options, maxChoices, status, ballots } =
					screen.state.questions[2];
				deepEqual(
					[id, prompt, kind, [...options], maxChoices, status, ballots],
					["q3", "Lunch?", "multiple", ["Soup", "Salad", "Stew"], 3, "waiting", 0],
				);
			}
			await does("open-question", { questionId: "q3" }, "open q3: waiting waiting open");
			await vote(ada, [0, 2], 1, "q3");
			await showsCounts(viewer, [1, 0, 1], "q3");
		});

		it("[V3] a question that is no question is refused", async () => {
			const { refused, host } = await aShow();
			equal(await refused("add-question", { prompt: "?", options: ["a"] }), "invalid_input");
			equal(await refused("add-question", { prompt: "", options: ["a", "b"] }), "invalid_input");
			for (let n = 3; n <= 50; n += 1)
				await host.request("add-question", { ...tea, prompt: `${n}?` });
			equal(await refused("add-question", tea), "invalid_input");
			await shows(host, (state) => state.questions.length === 50);
		});

		it("[V3] a question beyond 64 KiB of texts is refused, and the poll goes on", async () => {
			const options = Array.from({ length: 10 }, (_, n) => `${n}${"o".repeat(119)}`);
			const questions = Array.from({ length: 43 }, () => ({ prompt: "p".repeat(300), options }));
			const host = await (await aPoll(site(), {}, questions)).host();
			const adding = host.request("add-question", { prompt: "p".repeat(300), options });
			equal((await refusalOf(adding)).code, "invalid_input");
			deepEqual(await host.request("add-question", tea), { questionId: "q44" });
		});

		it("[V3] the end closes every question, and nothing opens again", async () => {
			const { does, refused, ada } = await aShow();
			await does("open-question", { questionId: "q1" }, "open q1: open waiting");
			await does("end-poll", {}, "closed q1: closed closed");
			equal(await refused("open-question", { questionId: "q1" }), "poll_ended");
			equal(await refused("close-question", { questionId: "q1" }), "question_not_open");
			equal(await refused("add-question", tea), "poll_ended");
			equal((await refusalOf(vote(ada, [0]))).code, "poll_ended");
			await does("end-poll", {}, "closed q1: closed closed");
			await does("show-question", { questionId: "q2" }, "closed q2: closed closed");
		});
	});
}

function picture({ state }: WireRoom): string {
	const statuses = [...state.questions].map(({ status }) => status);
	return `${state.status} ${state.currentQuestionId}: ${statuses.join(" ")}`;
}
