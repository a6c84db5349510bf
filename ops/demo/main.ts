/** `npm run demo`: a hall of people votes on a running server, for everybody to watch and join. */
import { parseArgs } from "node:util";
import { createPoll, type HostSession, hostPoll } from "../../client/src/session/host-session.ts";
import { NoAnswerError } from "../../client/src/session/http-call.ts";
import { memoryStore } from "../../client/src/session/key-value-store.ts";
import type { CreatedPoll } from "../../schema/wire/http.ts";
import { Crowd } from "./people.ts";
import { picture, progressLine } from "./picture.ts";
import { Screen } from "./screen.ts";
import { optionsWithLostVotes, screensThatDiffer, talliesIn } from "./verdict.ts";

const HELP = `npm run demo -- [options]      people vote on a running server while you watch

  --origin URL       the server              (http://localhost:2567)
  --people N         1 to 1000               (50)
  --minutes N        how long, 0.1 to 60     (1)
  --questions N      1 to 10                 (3)
  --host-key KEY     where the server asks for one to create polls
  --help             this text

Ends with 0 when every screen shows what the server's results say, with 1 when not.`;

const DRAW_EVERY_MS = 200;
const SAME_WITHIN_MS = 5_000;
const SETTLE_WITHIN_MS = 30_000;
const LISTED_MAX = 10;
// Room for those who scan the code by hand.
const GUESTS = 100;

const QUESTIONS = [
	["What should the next session be about?", ["Live demos", "Architecture", "War stories", "Q&A"]],
	["How did you get here today?", ["On foot", "By bike", "Bus or train", "Car", "I am at home"]],
	["Tabs or spaces?", ["Tabs", "Spaces", "Whatever the formatter says"]],
	["Lunch?", ["Now", "In an hour", "Already had it"]],
	["Ship on Fridays?", ["Always", "Never", "With a rollback"]],
] as const;

interface Settings {
	readonly origin: string;
	readonly people: number;
	readonly minutes: number;
	readonly questions: number;
	readonly hostKey: string | undefined;
}

process.exitCode = await main();

async function main(): Promise<number> {
	let settings: Settings | undefined;
	try {
		settings = readArguments(process.argv.slice(2));
		if (settings === undefined) {
			console.log(HELP);
			return 0;
		}
	} catch (error) {
		console.error(`plenum demo: ${(error as Error).message}\n\n${HELP}`);
		return 2;
	}
	try {
		return await demo(settings);
	} catch (error) {
		const isAway = error instanceof NoAnswerError;
		const hint = isAway ? `no server answers at ${settings.origin}: start one with npm start` : "";
		console.error(`plenum demo: ${hint || (error as Error).message}`);
		return 1;
	}
}

async function demo(settings: Settings): Promise<number> {
	const { origin, people } = settings;
	const poll = await createPoll(origin, formOf(settings), settings.hostKey);
	console.log(
		`Join at  ${poll.joinUrl}   (code ${poll.code})\nHost at  ${hostLink(origin, poll)}\n`,
	);
	const { code, hostToken } = poll;
	const host = await hostPoll({ origin, code, hostToken, store: memoryStore() });
	const crowd = new Crowd(people);
	const screen = new Screen();
	const draw = () => picture(host.snapshot, crowd.progress, screen.columns);
	const drawing = setInterval(() => screen.draw(draw()), DRAW_EVERY_MS);
	const stop = () => {
		clearInterval(drawing);
		crowd.leave();
		host.leave();
	};
	process.once("SIGINT", () => {
		stop();
		process.exit(130);
	});
	try {
		const stepMs = (settings.minutes * 60_000) / settings.questions;
		const arrived = crowd.arrive(origin, code, Math.min(stepMs / 2, 100 * people));
		for (const { id } of host.snapshot.questions) {
			await host.openQuestion(id);
			await sleep(stepMs);
			await host.closeQuestion(id);
			await shownClosed(host, id);
			screen.keep(draw());
		}
		await arrived;
		return await conclude(host, crowd);
	} finally {
		stop();
	}
}

/** The state follows a command within a second; the last picture of a question should show it. */
async function shownClosed(host: HostSession, id: string): Promise<void> {
	const until = performance.now() + SAME_WITHIN_MS;
	const isOpen = () => host.snapshot.questions.some((it) => it.id === id && it.status === "open");
	while (isOpen() && performance.now() < until) await sleep(50);
}

async function conclude(host: HostSession, crowd: Crowd): Promise<number> {
	const isSettled = await crowd.settle(SETTLE_WITHIN_MS);
	await host.endPoll();
	const results = await host.results();
	const screens = [host, ...crowd.sessions];
	const until = performance.now() + SAME_WITHIN_MS;
	let differing = screensThatDiffer(screens, results);
	while (differing.length > 0 && performance.now() < until) {
		await sleep(50);
		differing = screensThatDiffer(screens, results);
	}
	const lost = optionsWithLostVotes(crowd.sessions, results);
	const { turnedAway } = crowd;
	console.log(`\n${progressLine(crowd.progress)}\nResults  ${talliesIn(results)}`);
	console.log(
		differing.length === 0
			? `All ${screens.length} screens show exactly these tallies.`
			: `${differing.length} of ${screens.length} screens show other tallies:`,
	);
	for (const line of differing.slice(0, LISTED_MAX)) console.log(`         ${line}`);
	for (const option of lost) console.log(`LOST votes that had a receipt: ${option}`);
	if (!isSettled) console.log("Some votes are still without an answer.");
	if (turnedAway.length > 0) console.log(`${turnedAway.length} could not join: ${turnedAway[0]}`);
	const isFine =
		differing.length === 0 && lost.length === 0 && isSettled && turnedAway.length === 0;
	return isFine ? 0 : 1;
}

/** `undefined` when only help was asked for; throws what is wrong with the arguments. */
function readArguments(args: string[]): Settings | undefined {
	const { values } = parseArgs({
		args,
		options: {
			origin: { type: "string", default: "http://localhost:2567" },
			people: { type: "string", default: "50" },
			minutes: { type: "string", default: "1" },
			questions: { type: "string", default: "3" },
			"host-key": { type: "string" },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	if (!URL.canParse(values.origin))
		throw new Error("--origin must be an address like http://localhost:2567");
	const people = inRange("--people", values.people, 1, 1000);
	const questions = inRange("--questions", values.questions, 1, 10);
	const minutes = inRange("--minutes", values.minutes, 0.1, 60);
	if (!Number.isInteger(people) || !Number.isInteger(questions)) {
		throw new Error("--people and --questions must be whole numbers");
	}
	return { origin: values.origin, people, minutes, questions, hostKey: values["host-key"] };
}

function inRange(name: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (value >= least && value <= most) return value;
	throw new Error(`${name} must be a number from ${least} to ${most}`);
}

function formOf({ people, questions }: Settings) {
	return {
		title: "Plenum demo",
		settings: { capacity: people + GUESTS },
		questions: Array.from({ length: questions }, (_, index) => {
			const [prompt, options] = QUESTIONS[index % QUESTIONS.length] ?? QUESTIONS[0];
			return { prompt, options: [...options] };
		}),
	};
}

/** The token stands in the fragment: it never reaches a server's log. */
function hostLink(origin: string, { code, hostToken }: CreatedPoll): string {
	return `${origin.replace(/\/+$/, "")}/h/${code}#${hostToken}`;
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
