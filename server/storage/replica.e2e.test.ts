/**
 * A server on a primary and a real streaming standby. Who answered is told apart by the answer: replay
 * is paused, then the primary's votes are changed in place, so that the two say different things.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type HostSession, hostPoll } from "../../client/src/session/host-session.ts";
import { httpApi } from "../../client/src/session/http-api.ts";
import { memoryStore } from "../../client/src/session/key-value-store.ts";
import { joinPoll } from "../../client/src/session/poll-session.ts";
import { watchPoll } from "../../client/src/session/watch-session.ts";
import { childrenOf } from "../../ops/services/children-of.ts";
import { type PostgresServer, startPostgres } from "../../ops/services/postgres-server.ts";
import { ask, startStandby, streamed } from "../../ops/services/test-support/standby.ts";
import type { QuestionId } from "../../schema/ids.ts";
import type { CreatedPoll } from "../../schema/wire/http.ts";
import { type ServerUnderTest, startServer } from "../test/support/server-under-test.ts";

const QUESTION = "q1" as QuestionId;
const SETTLED_WITHIN_MS = 30_000;
/** Who voted for tea has, on the primary alone, voted for coffee. */
const [FROM_STANDBY, FROM_PRIMARY] = [
	[1, 0],
	[0, 1],
] as const;

describe("results and exports with DATABASE_REPLICA_URL", function () {
	this.timeout(120_000);
	const cleanups: (() => unknown)[] = [];
	let primary: PostgresServer;
	let standby: PostgresServer;
	let server: ServerUnderTest;
	const polls: Record<"ended" | "later" | "last" | "live", CreatedPoll | undefined> = {
		...{ ended: undefined, later: undefined, last: undefined, live: undefined },
	};

	before(async () => {
		const [at = "", copyAt = ""] = await Promise.all(
			["primary", "standby"].map((name) => mkdtemp(join(tmpdir(), `plenum-${name}-`))),
		);
		for (const folder of [at, copyAt]) {
			cleanups.push(() => rm(folder, { recursive: true, force: true }));
		}
		primary = await startPostgres({ directory: at });
		cleanups.push(() => primary.stop());
		const filling = await startServer({ DATABASE_URL: primary.url });
		cleanups.push(() => filling.kill("SIGKILL"));
		for (const name of Object.keys(polls) as (keyof typeof polls)[]) {
			polls[name] = await pollWithVote(filling.origin, { isEnded: name !== "live" });
		}
		await filling.kill();
		standby = await startStandby(primary.url, copyAt);
		cleanups.push(() => standby.kill());
		await streamed(primary.url, standby.url);
		await ask(standby.url, "SELECT pg_wal_replay_pause()");
		const paused = "SELECT pg_get_wal_replay_pause_state() = 'paused' AS it";
		while ((await ask(standby.url, paused))[0]?.["it"] !== true) await pause(20);
		await ask(primary.url, "UPDATE journal SET choices = '{1}' WHERE kind = 'vote-cast'");
		server = await serve();
	});

	after(async () => {
		for (const cleanup of cleanups.reverse()) await cleanup();
	});

	it("[I12] a poll that has ended is answered by the standby, results and export", async () => {
		assert.deepEqual(await results("ended"), FROM_STANDBY);
		assert.deepEqual(await exported("ended"), FROM_STANDBY);
	});

	it("[I12] a live poll is answered by the primary", async () => {
		assert.deepEqual(await results("live"), FROM_PRIMARY);
		assert.deepEqual(await exported("live"), FROM_PRIMARY);
	});

	it("[I12] a room comes back from the primary, also that of a poll which has ended", async () => {
		for (const name of ["live", "ended"] as const) {
			const screen = await watchPoll({ origin: server.origin, code: of(name).code });
			assert.deepEqual(screen.snapshot.questions[0]?.counts, FROM_PRIMARY, name);
			screen.leave();
		}
	});

	it("[I12] from a standby that hangs the primary takes over, and nobody is told", async () => {
		await signalAll("SIGSTOP");
		const startedAt = performance.now();
		assert.deepEqual(await exported("later"), FROM_PRIMARY);
		const firstMs = performance.now() - startedAt;
		assert.deepEqual(await results("later"), FROM_PRIMARY);
		assert.deepEqual(await exported("ended"), FROM_PRIMARY);
		const restMs = performance.now() - startedAt - firstMs;
		console.log(`      ${Math.round(firstMs)} ms, the next two ${Math.round(restMs)} ms together`);
	});

	it("[I12] a standby that is dead, also when the server starts, costs nobody anything", async () => {
		await standby.kill();
		assert.deepEqual(await exported("last"), FROM_PRIMARY);
		server = await serve();
		assert.deepEqual(await results("last"), FROM_PRIMARY);
		assert.deepEqual(await exported("ended"), FROM_PRIMARY);
	});

	async function serve(): Promise<ServerUnderTest> {
		const urls = { DATABASE_URL: primary.url, DATABASE_REPLICA_URL: standby.url };
		const started = await startServer(urls);
		cleanups.push(() => started.kill("SIGKILL"));
		return started;
	}

	async function pollWithVote(
		origin: string,
		{ isEnded }: { readonly isEnded: boolean },
	): Promise<CreatedPoll> {
		const questions = [{ prompt: "What?", options: ["Tea", "Coffee"] }];
		const poll = await httpApi(origin).createPoll({ title: "Drinks", questions });
		const common = { origin, code: poll.code };
		const hostToken = poll.hostToken;
		const host: HostSession = await hostPoll({ ...common, hostToken, store: memoryStore() });
		await host.openQuestion(QUESTION);
		const ada = await joinPoll({ ...common, nickname: "Ada", store: memoryStore() });
		ada.vote(QUESTION, [0]);
		assert.ok(await ada.whenSettled(SETTLED_WITHIN_MS));
		if (isEnded) await host.endPoll();
		for (const session of [host, ada]) session.leave();
		return poll;
	}

	function of(name: keyof typeof polls): CreatedPoll {
		const poll = polls[name];
		assert.ok(poll !== undefined);
		return poll;
	}

	/** Votes for tea and for coffee; rejects unless the answer is 200, in ten seconds. */
	async function results(name: keyof typeof polls): Promise<readonly number[]> {
		const { code, hostToken } = of(name);
		const { questions } = await httpApi(server.origin).results(code, hostToken);
		return questions[0]?.options.map(({ votes }) => votes) ?? [];
	}

	async function exported(name: keyof typeof polls): Promise<readonly number[]> {
		const { code, hostToken } = of(name);
		const votes = await httpApi(server.origin).exportVotes(code, hostToken);
		return [0, 1].map((option) => votes.filter(({ choices }) => choices[0] === option).length);
	}

	async function signalAll(signal: NodeJS.Signals): Promise<void> {
		for (const pid of [standby.pid, ...(await childrenOf(standby.pid))]) process.kill(pid, signal);
	}
});
