import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { isTurnedAway, policy } from "./policies.ts";

const away = new Error("away");
const wrong = new Error("wrong");

describe("policy", () => {
	const usual = {
		isTransient: (error: unknown) => error === away,
		isAway: (error: unknown) => error === away,
		atOnceMax: 2,
		waitingMax: 1,
	};

	it("[N3] what failed in passing is tried again, what is wrong is not", async () => {
		const { execute } = policy(usual);
		let calls = 0;
		const passing = async () => {
			calls += 1;
			if (calls < 3) throw away;
			return "there";
		};
		assert.equal(await execute(passing), "there");
		assert.equal(calls, 3);
		calls = 0;
		const failing = execute(async () => {
			calls += 1;
			throw wrong;
		});
		await assert.rejects(failing, wrong);
		assert.equal(calls, 1);
	});

	it("[N3] what has failed slowly is not, so that the caller hears in time", async () => {
		const isTransient = () => true;
		const { execute } = policy({ ...usual, isTransient });
		let calls = 0;
		const frozen = execute(async () => {
			calls += 1;
			await pause(1_100);
			throw new Error("timed out");
		});
		await assert.rejects(frozen, /timed out/);
		assert.equal(calls, 1);
	});

	it("[N4] what is down is left alone until it may be back, then asked once", async () => {
		const database = policy(usual);
		let calls = 0;
		let isDown = true;
		const ask = () =>
			database.execute(async () => {
				calls += 1;
				if (isDown) throw away;
			});
		await assert.rejects(ask());
		await assert.rejects(ask());
		assert.equal(database.state, "open");
		const before = calls;
		await assert.rejects(ask(), isTurnedAway);
		assert.equal(calls, before);
		isDown = false;
		await pause(1_100);
		await ask();
		assert.equal(database.state, "closed");
	});

	it("[N4] a refusal by what is up opens nothing", async () => {
		const database = policy(usual);
		for (let i = 0; i < 20; i += 1) {
			await assert.rejects(
				database.execute(() => Promise.reject(wrong)),
				wrong,
			);
		}
		assert.equal(database.state, "closed");
	});

	it("[N5] a few at once, a few wait, the rest is turned away at once", async () => {
		const { execute } = policy(usual);
		let finish = (): void => {};
		const slow = new Promise<void>((resolve) => {
			finish = resolve;
		});
		const asked = [1, 2, 3].map(() => execute(() => slow));
		await assert.rejects(
			execute(() => slow),
			isTurnedAway,
		);
		finish();
		await Promise.all(asked);
	});
});
