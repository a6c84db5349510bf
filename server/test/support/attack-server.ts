/**
 * A whole server with its limits on and one poll in it, behind a proxy that a test plays: it
 * speaks for any address. A bystander's vote must count whatever is going on.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import type { AttackSeat } from "./attack-seat.ts";
import { Visitor } from "./attack-visitor.ts";
import { embeddedDirectory } from "./databases.ts";
import { type ServerUnderTest, startServer } from "./server-under-test.ts";

export const POLL_FORM = {
	question: "Which?",
	options: ["this", "that"],
	settings: { capacity: 5_000 },
};
/** A connection may send ten requests a second for as long as it likes. */
const PACE_MS = 110;
const LIMITED = { RATE_LIMITS: "on", TRUSTED_PROXIES: "loopback" };
const START_WITHIN_MS = 120_000;

/** What the process's last line of defence says, and a room's. */
const BUG = /uncaught exception|unhandled rejection|bug in a room|request failed/;

export class AttackedServer {
	readonly server: ServerUnderTest;
	readonly poll: CreatedPoll;
	readonly host: AttackSeat;
	readonly bystander: AttackSeat;
	readonly #cleanups: (() => unknown)[] = [];
	#revision = 0;
	#exit: number | string | undefined;

	private constructor(
		server: ServerUnderTest,
		poll: CreatedPoll,
		host: AttackSeat,
		bystander: AttackSeat,
	) {
		this.server = server;
		this.poll = poll;
		this.host = host;
		this.bystander = bystander;
		void server.died.then((code) => {
			this.#exit = code;
		});
	}

	/** On a copy of a migrated embedded database unless `environment` names another. */
	static async start(environment: NodeJS.ProcessEnv = {}): Promise<AttackedServer> {
		const server = await startLimited(environment);
		try {
			const friend = new Visitor(server.origin, "198.51.100.1");
			const hostKey = environment["HOST_KEY"];
			const headers: Record<string, string> = hostKey ? { authorization: `Bearer ${hostKey}` } : {};
			const created = await friend.http("POST", "/api/polls", POLL_FORM, headers);
			equal(created.status, 201, created.text);
			const poll: CreatedPoll = created.body;
			const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
			await host.request("open-question", { questionId: "q1" });
			const bystander = await friend.seat(poll.code, { nickname: "Bystander" });
			return new AttackedServer(server, poll, host, bystander);
		} catch (cause) {
			await server.kill("SIGKILL");
			throw cause;
		}
	}

	from(address: string): Visitor {
		return new Visitor(this.server.origin, address);
	}

	/** Called before the server is ended, the latest first. */
	cleanUp(close: () => unknown): void {
		this.#cleanups.push(close);
	}

	/** ms until the bystander's next vote was confirmed; it is cast at a human pace. */
	async votes(): Promise<number> {
		await pause(PACE_MS);
		this.#revision += 1;
		const vote = { questionId: "q1", choices: [this.#revision % 2], revision: this.#revision };
		const startedAt = performance.now();
		const { status, value } = await this.bystander.request("vote", vote);
		deepEqual([status, value?.revision], [0, this.#revision], JSON.stringify(value));
		return performance.now() - startedAt;
	}

	/** The same process still answers, counts and has met nothing that it did not expect. */
	async isUnharmed(): Promise<void> {
		equal(this.#exit, undefined, `the process ended with ${this.#exit}`);
		equal((await this.from("198.51.100.2").http("GET", "/health/live")).status, 200);
		await this.votes();
		for (const line of this.logLines()) ok(!BUG.test(line), line);
	}

	logLines(): readonly string[] {
		return this.server.output().split("\n").filter(Boolean);
	}

	async stop(): Promise<void> {
		for (const close of this.#cleanups.splice(0).reverse()) await close();
		await this.server.kill("SIGKILL");
	}
}

/** A server alone, without a poll. */
export async function startLimited(environment: NodeJS.ProcessEnv = {}): Promise<ServerUnderTest> {
	if (environment["DATABASE_URL"] !== undefined) {
		return startServer({ ...LIMITED, ...environment });
	}
	return startServer({ ...LIMITED, DATA_DIR: await embeddedDirectory(), ...environment });
}

/** Inside a `describe`: a server while its tests run, and nobody harmed after any of them. */
export function underAttack(environment: NodeJS.ProcessEnv = {}): () => AttackedServer {
	let target: AttackedServer | undefined;
	const get = (): AttackedServer => {
		if (target === undefined) throw new Error("the server is not running");
		return target;
	};
	before(async function () {
		this.timeout(START_WITHIN_MS);
		target = await AttackedServer.start(environment);
	});
	afterEach(() => get().isUnharmed());
	after(() => target?.stop());
	return get;
}

/** One value of the server's metrics, 0 when the series is not there; needs its `OPS_TOKEN`. */
export async function metric(visitor: Visitor, opsToken: string, series: string): Promise<number> {
	const headers = { authorization: `Bearer ${opsToken}` };
	const { status, text } = await visitor.http("GET", "/metrics", undefined, headers);
	equal(status, 200, text);
	match(text, /^process_resident_memory_bytes /m);
	const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
	return Number(line?.slice(series.length + 1) ?? 0);
}
