/** One poll from its creation to its deletion, as people go through it, and nothing left of it. */
import { createPoll, type HostSession, hostPoll } from "../../client/src/session/host-session.ts";
import { httpApi } from "../../client/src/session/http-api.ts";
import { HttpError } from "../../client/src/session/http-call.ts";
import { memoryStore } from "../../client/src/session/key-value-store.ts";
import { joinPoll, type PollSession } from "../../client/src/session/poll-session.ts";
import type { QuestionId } from "../../schema/ids.ts";

export interface RoundOptions {
	readonly origin: string;
	/** Where the server asks for one to create polls. */
	readonly hostKey: string | undefined;
	/** How long any single step may take. */
	readonly withinMs: number;
	/** Hears of each step that is done. */
	readonly done: (step: string) => void;
}

const OPTIONS = ["Yes", "No"];
/** What each person chooses; the last one changes their mind. */
const CHOICES = [0, 0, 1];
const COUNTS = [3, 0];
const LOOK_EVERY_MS = 50;

/** Rejects with the first thing that is not as it should be; the poll is deleted in any case. */
export async function voteOnce(options: RoundOptions): Promise<void> {
	const { origin, hostKey, done } = options;
	const questions = [{ prompt: "Does it work?", options: OPTIONS }];
	const { code, hostToken } = await createPoll(origin, { title: "Smoke test", questions }, hostKey);
	done(`poll ${code} created`);
	const sessions: { leave(): void }[] = [];
	try {
		const host = await hostPoll({ ...entry(options, code), hostToken });
		sessions.push(host);
		const people: PollSession[] = [];
		for (const index of CHOICES.keys()) {
			people.push(await joinPoll({ ...entry(options, code), nickname: `Smoke ${index + 1}` }));
		}
		sessions.push(...people);
		done(`${people.length} people joined`);
		await vote(options, host, people);
	} finally {
		for (const session of sessions) session.leave();
		await httpApi(origin).deletePoll(code, hostToken);
	}
	await isGone(origin, code);
	done("poll deleted");
}

function entry({ origin, withinMs }: RoundOptions, code: string) {
	return { origin, code, store: memoryStore(), enterWithinMs: withinMs };
}

async function vote(
	{ withinMs, done }: RoundOptions,
	host: HostSession,
	people: readonly PollSession[],
): Promise<void> {
	const questionId = host.snapshot.questions[0]?.id;
	if (questionId === undefined) throw new Error("the poll has lost its question");
	await host.openQuestion(questionId);
	const isOpen = (person: PollSession) =>
		person.snapshot.questions.some(({ id, status }) => id === questionId && status === "open");
	await until("everybody sees the open question", withinMs, () => people.every(isOpen));
	const isSaved = (person: PollSession) => person.ballot(questionId).status === "saved";
	for (const [index, person] of people.entries()) person.vote(questionId, [CHOICES[index] ?? 0]);
	await until("every vote is confirmed", withinMs, () => people.every(isSaved));
	people.at(-1)?.vote(questionId, [0]);
	await until("the changed vote is confirmed", withinMs, () => people.every(isSaved));
	done(`${people.length} votes and a change of mind confirmed`);
	for (const screen of [host, ...people]) {
		await until(`every screen shows ${COUNTS}`, withinMs, () => shows(screen, questionId));
	}
	const [result] = (await host.results()).questions;
	const counted = result?.options.map(({ votes }) => votes);
	if (`${counted}` !== `${COUNTS}`) throw new Error(`the results say ${counted}, not ${COUNTS}`);
	done(`screens and results agree: ${COUNTS.join(" to ")}`);
}

function shows({ snapshot }: Pick<PollSession, "snapshot">, questionId: QuestionId): boolean {
	return snapshot.questions.some(
		({ id, counts }) => id === questionId && `${counts}` === `${COUNTS}`,
	);
}

async function until(what: string, withinMs: number, isSo: () => boolean): Promise<void> {
	const deadline = performance.now() + withinMs;
	while (!isSo()) {
		if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
	}
}

async function isGone(origin: string, code: string): Promise<void> {
	try {
		await httpApi(origin).poll(code);
	} catch (error) {
		if (error instanceof HttpError && error.code === "poll_not_found") return;
		throw error;
	}
	throw new Error(`poll ${code} is still there after it was deleted`);
}
