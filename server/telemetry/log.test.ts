import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { createLog } from "./log.ts";
import { logJournalEvents, logRoomEvents } from "./log-events.ts";
import { debugForAWhile, type LogLevel, LogLevels } from "./log-levels.ts";
import { VOTE_RECEIVED } from "./room-events.ts";

const one = "0b6f1f3e-0000-4000-8000-000000000001" as PollId;
const other = "0b6f1f3e-0000-4000-8000-000000000002" as PollId;
const MINUTE = 60_000;

function setup(level: LogLevel = "info") {
	const timers = virtualTimers();
	const levels = new LogLevels(level, timers);
	const lines: string[] = [];
	const log = createLog(levels, { write: (line) => lines.push(line) });
	const parsed = () => lines.map((line) => JSON.parse(line));
	return { timers, levels, log, lines, parsed, messages: () => parsed().map(({ msg }) => msg) };
}

describe("the log", () => {
	it("[M6] a line is JSON with time, level, message and the ids it was given", () => {
		const { log, parsed } = setup();
		log.info({ requestId: "abcd-1234", pollId: one, participantId: "p7" }, "hello");
		const [{ time, ...line }] = parsed();
		match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
		deepEqual(line, {
			level: "info",
			requestId: "abcd-1234",
			pollId: one,
			participantId: "p7",
			msg: "hello",
		});
	});

	it("[M6] a line break in what people write stays within its line", () => {
		const { log, lines } = setup();
		log.info({ title: '\n{"level":"fatal"}' }, "a\nb");
		equal(lines.join("").trimEnd().split("\n").length, 1);
	});

	it("[M7] secrets, names and choices never reach a line, however they are wrapped", () => {
		const { log, lines } = setup();
		const marker = "S3CR3T-marker";
		const secrets = {
			hostToken: marker,
			participantToken: marker,
			token: marker,
			tokenHash: marker,
			authorization: marker,
			cookie: marker,
			password: marker,
			hostKey: marker,
			opsToken: marker,
			databaseUrl: marker,
			redisUrl: marker,
			nickname: marker,
			choices: [marker],
		};
		log.info(secrets, "as fields");
		log.info({ request: secrets }, "within an object");
		log.info({ request: { headers: secrets } }, "two levels down");
		log.error({ err: Object.assign(new Error("failed"), secrets) }, "in an error");
		equal(lines.length, 4);
		ok(!lines.join("").includes(marker), lines.join(""));
	});

	it("[M8] the level changes while it runs", () => {
		const { log, levels, messages } = setup("warn");
		log.info("before");
		levels.set("debug");
		log.debug("between");
		levels.set("error");
		log.warn("after");
		log.error("always");
		deepEqual(messages(), ["between", "always"]);
	});

	it("[M8] one poll may have a level of its own, until its time is up", async () => {
		const { log, levels, timers, messages } = setup();
		equal(levels.setForPoll(one, "debug", 5 * MINUTE), true);
		deepEqual(levels.polls, { [one]: "debug" });
		log.debug({ pollId: one }, "of the poll");
		log.trace({ pollId: one }, "too fine even for it");
		log.debug({ pollId: other }, "of another poll");
		log.debug("of none");
		log.info("usual");
		await timers.advance(5 * MINUTE);
		log.debug({ pollId: one }, "too late");
		ok(!log.isLevelEnabled("debug"));
		deepEqual(messages(), ["of the poll", "usual"]);
		deepEqual(levels.polls, {});
	});

	it("[M8] asked again, a poll's level lasts from then on", async () => {
		const { levels, timers } = setup();
		levels.setForPoll(one, "debug", MINUTE);
		await timers.advance(MINUTE - 1);
		levels.setForPoll(one, "trace", MINUTE);
		await timers.advance(MINUTE - 1);
		deepEqual(levels.polls, { [one]: "trace" });
		levels.stop();
		equal(timers.pending, 0);
	});

	it("[M8] polls with levels of their own are bounded", () => {
		const { levels } = setup();
		const answers = Array.from({ length: 21 }, (_, index) =>
			levels.setForPoll(`poll-${index}` as PollId, "debug", MINUTE),
		);
		deepEqual(answers.slice(-2), [true, false]);
		equal(levels.setForPoll("poll-3" as PollId, "trace", MINUTE), true);
	});

	it("[M8] the signal means five minutes of debug, then what was before", async () => {
		const { levels, timers } = setup("warn");
		debugForAWhile(levels);
		equal(levels.level, "debug");
		await timers.advance(5 * MINUTE - 1);
		equal(levels.level, "debug");
		await timers.advance(1);
		equal(levels.level, "warn");
	});

	it("[M8] signalled twice, it still goes back to what was before; a level set since stays", async () => {
		const { levels, timers } = setup("warn");
		debugForAWhile(levels);
		await timers.advance(MINUTE);
		debugForAWhile(levels);
		await timers.advance(5 * MINUTE);
		equal(levels.level, "warn");
		debugForAWhile(levels);
		levels.set("error");
		await timers.advance(10 * MINUTE);
		equal(levels.level, "error");
	});

	it("[M9] a target that throws stops nobody", () => {
		const log = createLog("info", {
			write() {
				throw new Error("disk full");
			},
		});
		log.error("unheard");
	});

	it("[M6] rooms and the journal say what people should know, and nothing a vote", () => {
		const { log, parsed } = setup();
		const room = logRoomEvents(log);
		const journal = logJournalEvents(log);
		const cause = new Error("why");
		room({ type: "activated", pollId: one, epoch: 2, entries: 9, reason: "takeover", ms: 12 });
		room({ type: "ended", pollId: one, reason: "fenced", cause, votesHandedBack: 3 });
		room({ type: "bug", pollId: one, method: "vote", cause });
		room(VOTE_RECEIVED);
		room({
			type: "request-answered",
			requestId: "request-1",
			pollId: one,
			participantId: undefined,
			request: "vote",
			outcome: "accepted",
			ms: 1,
		});
		journal({ kind: "batch-unknown", rows: 5, attempt: 0, waitMs: 50, cause });
		journal({ kind: "batch-committed", batch: [], rows: 5, polls: 1, ms: 2 });
		journal({ kind: "poll-poisoned", pollId: one, epoch: 2, droppedRows: 1, cause });
		deepEqual(
			parsed().map(({ level, msg, err }) => [level, msg, err?.message]),
			[
				["info", "poll is live", undefined],
				["warn", "poll lost its room", "why"],
				["error", "bug in a room", "why"],
				["warn", "batch answer lost; it is sent again", "why"],
				["error", "the database refused a row for good", "why"],
			],
		);
	});

	it("[M8] at debug a poll's requests are told with who asked and what came of it", () => {
		const { log, levels, parsed } = setup();
		levels.setForPoll(one, "debug", MINUTE);
		const event = {
			type: "request-answered",
			requestId: "request-1",
			participantId: undefined,
			request: "vote",
			outcome: "repeated",
			ms: 1,
		} as const;
		const tell = logRoomEvents(log);
		tell({ ...event, pollId: one });
		tell({ ...event, pollId: other });
		deepEqual(
			parsed().map(({ pollId, outcome, msg }) => [pollId, outcome, msg]),
			[[one, "repeated", "request answered"]],
		);
	});
});
