import assert from "node:assert/strict";
import { embeddedDirectory } from "../support/databases.ts";
import { type ServerUnderTest, startServer } from "../support/server-under-test.ts";
import { until, WireClient } from "../support/wire-client.ts";

const label = (name: string) => `${name} ${"ü".repeat(50)}`;
const question = (number: number) => ({
	prompt: label(`question ${number}`),
	options: Array.from({ length: 10 }, (_, option) => label(`option ${option}`)),
});

describe("a poll with all the text it may have", () => {
	let server: ServerUnderTest;
	before(async () => {
		server = await startServer({ DATA_DIR: await embeddedDirectory() });
	});
	after(() => server.kill());

	it("[S8] reaches hosts and participants whole, also when it grows past the encoder's buffer while live", async () => {
		const client = new WireClient(server.origin);
		const poll = await client.create({ questions: [question(1)] });
		const host = await client.enter(poll.code, { hostToken: poll.hostToken });
		for (let number = 2; number <= 50; number += 1) {
			await host.request("add-question", question(number));
		}
		await host.request("open-question", { questionId: "q50" });
		const person = await client.enter(poll.code, { nickname: "Ann" });
		await person.request("vote", { questionId: "q50", choices: [9], revision: 1 });
		const second = await client.enter(poll.code, { hostToken: poll.hostToken });
		for (const room of [host, person, second]) {
			await until(() => room.state.questions?.[49]?.ballots === 1);
			for (const [index, shown] of [...room.state.questions].entries()) {
				const { prompt, options } = question(index + 1);
				assert.equal(shown.prompt, prompt);
				assert.deepEqual(shown.options.toJSON(), options);
			}
		}
		for (const room of [host, second]) {
			assert.equal(room.state.questions[49].hostCounts[9], 1);
			assert.equal(room.state.questions[0].hostCounts.length, 10);
		}
		assert.doesNotMatch(server.output(), /overflow/);
	});
});
