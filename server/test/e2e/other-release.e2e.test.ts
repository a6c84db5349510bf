import { deepEqual, equal } from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { colyseusSeats } from "../../../client/src/session/colyseus-seat.ts";
import { httpApi } from "../../../client/src/session/http-api.ts";
import type { PollSnapshot } from "../../../client/src/session/view.ts";
import { until } from "../support/wire-client.ts";

const SERVER = fileURLToPath(new URL("../support/other-release-server.ts", import.meta.url));
const ENTERS_WITHIN_MS = 20_000;

describe("a page and a server of different releases", function () {
	this.timeout(60_000);
	let server: ChildProcess;
	let origin: string;

	before(async () => {
		server = fork(SERVER, { execArgv: ["--import", "tsx"] });
		const [port] = await once(server, "message");
		origin = `http://127.0.0.1:${port}`;
	});
	after(() => void server.kill("SIGKILL"));

	/** By the framework's own matchmaking. */
	async function takeSeat() {
		const answer = await fetch(`${origin}/matchmake/joinOrCreate/poll`, {
			method: "POST",
			body: "{}",
		});
		return answer.json();
	}

	it("[C55] the page reads the state as the server describes it", async () => {
		const shown: PollSnapshot[] = [];
		const seats = colyseusSeats(origin, "ABC234", { ...httpApi(origin), takeSeat });
		const events = {
			reserved() {},
			shown: (snapshot: PollSnapshot) => void shown.push(snapshot),
			rosterChanged() {},
			closed() {},
		};
		const signal = AbortSignal.timeout(ENTERS_WITHIN_MS);
		const connection = await seats.take({ role: "viewer" }, events, signal);
		try {
			await until(() => shown.length > 0);
			const [{ seq, capacity, questions } = {} as PollSnapshot] = shown;
			deepEqual([seq, capacity], [70_000, 500]);
			deepEqual(
				questions.map(({ id, options, counts }) => [id, options, counts]),
				[["q1", ["North", "South"], [2, 0]]],
			);
			void connection.request("hello", {});
			await until(() => shown.at(-1)?.seq === 70_001);
			deepEqual(shown.at(-1)?.questions[0]?.counts, [2, 300]);
			equal(shown.at(-1)?.questions[0]?.ballots, 2);
		} finally {
			connection.drop();
		}
	});
});
