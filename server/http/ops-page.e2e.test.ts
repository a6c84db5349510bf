/** The status page in a real browser: what it shows, on small and large screens, light and dark. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import express from "express";
import { Person } from "../../client/test/support/browser.ts";
import { roomMonitor } from "../cluster/monitor.ts";
import { realTimers } from "../lib/timers.ts";
import { LogLevels } from "../telemetry/log-levels.ts";
import { meterJournalEvents, meterRoomEvents } from "../telemetry/metric-events.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { VOTE_RECEIVED } from "../telemetry/room-events.ts";
import { readStatus } from "../telemetry/status.ts";
import { opsRoutes } from "./ops.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("the status page in a browser", function () {
	this.timeout(60_000);
	const metrics = createMetrics("1.0.0");
	const room = meterRoomEvents(metrics);
	const journal = meterJournalEvents(metrics);
	let server: Server;
	let origin: string;
	/** Beside the one that answers. */
	let others: string[] = [];

	before(async () => {
		const http = express();
		const refreshMetrics = async () => metrics.dbUp.set(1);
		const statusOf = (process: string) =>
			readStatus({
				metrics,
				refresh: refreshMetrics,
				process,
				version: "1.0.0",
				wallClock: Date.now,
				polls: () => [
					{ pollId: "poll-1", code: "ABC234", connections: 30, participants: 31, waiting: 2 },
				],
			});
		const levels = new LogLevels("info", realTimers);
		const isDevelopment = true;
		http.use(
			opsRoutes({
				opsToken: undefined,
				isDevelopment,
				metrics,
				refreshMetrics,
				levels,
				status: () => statusOf("process-a"),
				peers: () => Promise.all(others.map(statusOf)),
				monitor: roomMonitor(),
				onAction() {},
			}),
		);
		server = createServer(http);
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});

	after(() => {
		server.close();
		server.closeAllConnections();
	});

	function voteAll(count: number): void {
		for (let vote = 0; vote < count; vote += 1) {
			room(VOTE_RECEIVED);
			room({
				type: "request-answered",
				requestId: "request-1",
				pollId: "poll-1" as never,
				participantId: undefined,
				request: "vote",
				outcome: "accepted",
				ms: 4,
			});
		}
		journal({ kind: "votes-committed", votes: count });
		room({ type: "shown", votes: count });
	}

	for (const [size, scheme] of [
		["small", "light"],
		["projector", "dark"],
	] as const) {
		it(`[M11] tells the promise and its numbers on a ${size} screen, ${scheme}, without one finding`, async () => {
			const person = await Person.enter(origin, { size, scheme });
			await person.page.goto(`${origin}/ops/status`);
			await person.page.getByText("0 votes lost", { exact: true }).waitFor();
			voteAll(40);
			const promise = person.page.locator("#promise-numbers");
			const total = String((await metrics.votesShown.get()).values[0]?.value);
			await promise.locator("div", { hasText: "shown" }).getByText(total).waitFor();
			ok((await person.page.locator("#processes").innerText()).includes("process-a"));
			ok((await person.page.locator("#polls").innerText()).includes("poll-1"));
			const width = await person.page.evaluate(() => document.documentElement.scrollWidth);
			equal(width, await person.page.evaluate(() => window.innerWidth));
			await person.page.evaluate(AXE);
			const violations = await person.page.evaluate("axe.run().then((found) => found.violations)");
			deepEqual(violations, []);
			deepEqual(person.troubles, []);
			await person.context.close();
		});
	}

	it("[M11] tells of a process that hangs or died, and forgets one that drained", async () => {
		others = ["process-b"];
		const person = await Person.enter(origin, { size: "laptop" });
		await person.page.goto(`${origin}/ops/status`);
		const rows = person.page.locator("#processes tr");
		await rows.filter({ hasText: "process-b" }).getByText("serving").waitFor();
		others = [];
		await rows
			.filter({ hasText: "process-b" })
			.getByText(/^no answer for \d+ s$/)
			.waitFor();
		equal(await rows.filter({ hasText: "process-a" }).getByText("serving").count(), 1);

		metrics.draining.set(1);
		others = ["process-c"];
		await rows.filter({ hasText: "process-c" }).getByText("draining").waitFor();
		others = [];
		await rows.filter({ hasText: "process-c" }).waitFor({ state: "detached" });
		metrics.draining.set(0);
		await person.context.close();
	});

	it("[M11] says so when votes are out of step, and when nobody answers any more", async () => {
		const person = await Person.enter(origin, { size: "laptop" });
		person.expects(/net::ERR_/);
		await person.page.goto(`${origin}/ops/status`);
		await person.page.getByText("0 votes lost", { exact: true }).waitFor();
		room({ type: "shown", votes: 2 });
		await person.page.getByText("2 votes out of step", { exact: true }).waitFor();
		server.close();
		server.closeAllConnections();
		await person.page.getByText(/^No answer for/).waitFor();
		await person.context.close();
	});
});
