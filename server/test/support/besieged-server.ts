/**
 * One whole server with one poll in it, and a bystander whose votes must go on counting whatever
 * strangers do meanwhile. One a test file, alive while its tests run.
 */
import { deepEqual, doesNotMatch, equal, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import { embeddedDirectory } from "./databases.ts";
import { RawSeat, type Reservation, seatUrl } from "./raw-seat.ts";
import { type ServerUnderTest, startServer } from "./server-under-test.ts";
import { WireClient, type WireRoom } from "./wire-client.ts";

const CAPACITY = 5_000;
const START_WITHIN_MS = 120_000;

/** What the process's last line of defence says, and a room's. */
const BUGS = /uncaught exception|unhandled rejection|bug in a room|request failed/;

export class BesiegedServer {
	server!: ServerUnderTest;
	client!: WireClient;
	poll!: CreatedPoll;
	host!: WireRoom;
	bystander!: WireRoom;
	#hasDied = false;
	#revision = 0;
	#people = 0;
	/** Closes what a test has opened, also when the test failed. */
	readonly #leftovers: (() => unknown)[] = [];

	get origin(): string {
		return this.server.origin;
	}

	async start(): Promise<void> {
		this.server = await startServer({ DATA_DIR: await embeddedDirectory() });
		void this.server.died.then(() => {
			this.#hasDied = true;
		});
		this.client = new WireClient(this.origin);
		this.poll = await this.client.create({
			question: "Which?",
			options: ["this", "that"],
			settings: { capacity: CAPACITY },
		});
		this.host = await this.client.enter(this.poll.code, { hostToken: this.poll.hostToken });
		await this.host.request("open-question", { questionId: "q1" });
		this.bystander = await this.client.enter(this.poll.code, { nickname: "Bystander" });
	}

	/** Runs the attack; afterwards the same process serves everybody as before and has logged no bug. */
	async withstands(attack: () => Promise<void>): Promise<void> {
		const logged = this.server.output().length;
		await attack();
		const health = await this.client.http("GET", "/health/live");
		deepEqual([health.status, health.body.status], [200, "ok"]);
		ok(!this.#hasDied && process.kill(this.server.pid, 0), "the process is gone");
		this.#revision += 1;
		const vote = { questionId: "q1", choices: [0], revision: this.#revision };
		equal((await this.bystander.request("vote", vote)).revision, this.#revision);
		doesNotMatch(this.server.output().slice(logged), BUGS);
	}

	cleanUp(close: () => unknown): void {
		this.#leftovers.push(close);
	}

	async closeLeftovers(): Promise<void> {
		for (const close of this.#leftovers.splice(0)) await close();
	}

	async stop(): Promise<void> {
		await this.server?.kill("SIGKILL");
	}

	newcomer(): { readonly nickname: string; readonly participantToken: string } {
		this.#people += 1;
		const participantToken = randomBytes(18).toString("base64url");
		return { nickname: `Person ${this.#people}`, participantToken };
	}

	async reserve(claim: object = this.newcomer(), code = this.poll.code): Promise<Reservation> {
		const answer = await this.client.http("POST", `/api/polls/${code}/seats`, claim);
		equal(answer.status, 200, answer.text);
		return answer.body;
	}

	/** Not yet joined; see `RawSeat` for the options. */
	openSeat(
		reservation: Reservation,
		{ query = "", ...options }: { query?: string; isAcknowledging?: boolean; origin?: string } = {},
	): RawSeat {
		const seat = new RawSeat(seatUrl(this.origin, reservation, query), options);
		this.cleanUp(() => seat.close());
		return seat;
	}

	async rawSeat(claim?: object, code?: string): Promise<RawSeat> {
		const seat = this.openSeat(await this.reserve(claim, code));
		await seat.joined;
		return seat;
	}

	/** A newcomer by way of the SDK, through `origin` if given. */
	async enter(origin = this.origin): Promise<WireRoom> {
		const room = await new WireClient(origin).enter(this.poll.code, this.newcomer());
		this.cleanUp(() => {
			room.reconnection.enabled = false;
			room.connection.close();
		});
		return room;
	}
}

/** Inside a `describe`: starts the server before its first test and ends it after its last. */
export function besiege(siege: BesiegedServer): void {
	before(async function () {
		this.timeout(START_WITHIN_MS);
		await siege.start();
	});
	afterEach(() => siege.closeLeftovers());
	after(() => siege.stop());
}
