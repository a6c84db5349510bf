/** Polls and people for a bench, on Plenum and on the room that keeps nothing: the same words for both. */
import { randomBytes } from "node:crypto";
import type { CreatedPoll, PollSummary } from "../../../schema/wire/http.ts";
import { CastFrame, isGranted, readReply } from "./frames.ts";
import { postJson } from "./http-client.ts";
import { type Reservation, SeatConnection } from "./seat-connection.ts";

export const OPTIONS = ["North", "East", "South", "West"] as const;

/** A poll of which it does not matter who keeps it. */
export interface Gathering {
	/** Resolves once the person, new to the poll, is in. */
	join(): Promise<Voter>;
	/** Takes votes; rejects where it cannot. */
	open(): Promise<void>;
}

export interface Voter {
	readonly seat: SeatConnection;
	/** Changes their mind; `onAnswer` hears once the server has confirmed that, or why it has not. */
	cast(onAnswer: (problem?: Error) => void): void;
	/** The same as a promise. */
	vote(): Promise<void>;
}

export async function plenumPoll(origin: string, created?: CreatedPoll): Promise<Gathering> {
	const poll = created ?? (await createPoll(origin));
	let questionId = "";
	let people = 0;
	return {
		async open() {
			const opened = await hostOpens(origin, poll);
			questionId = opened.questionId;
			await opened.host.leave();
		},
		async join() {
			people += 1;
			const claim = { nickname: `Voter ${people}`, participantToken: mintToken() };
			return voter(await enterPoll(origin, poll.code, claim), questionId);
		},
	};
}

/** The host enters and opens the poll's only question. */
export async function hostOpens(
	origin: string,
	{ code, hostToken }: CreatedPoll,
): Promise<{ readonly host: SeatConnection; readonly questionId: string }> {
	const questionId = await firstQuestion(origin, code);
	const host = await enterPoll(origin, code, { hostToken });
	await host.request("open-question", { questionId });
	return { host, questionId };
}

export function createPoll(origin: string): Promise<CreatedPoll> {
	const form = { question: "Where to?", options: OPTIONS, settings: { capacity: 10_000 } };
	return postJson(origin, "/api/polls", form);
}

/** Closes its room as well. */
export async function deletePoll(origin: string, poll: CreatedPoll | undefined): Promise<void> {
	if (poll === undefined) return;
	const headers = { authorization: `Bearer ${poll.hostToken}` };
	await fetch(`${origin}/api/polls/${poll.code}`, { method: "DELETE", headers });
}

export function takeSeat(origin: string, code: string, claim: object): Promise<Reservation> {
	return postJson(origin, `/api/polls/${code}/seats`, claim);
}

/** By the framework's own matchmaking. */
export function memoryPoll(origin: string, poll: string): Gathering {
	return {
		async open() {},
		async join() {
			const reservation = await postJson<Reservation>(origin, "/matchmake/joinOrCreate/poll", {
				poll,
			});
			return voter(await SeatConnection.enter(origin, reservation));
		},
	};
}

export async function enterPoll(
	origin: string,
	code: string,
	claim: object,
): Promise<SeatConnection> {
	return SeatConnection.enter(origin, await takeSeat(origin, code, claim));
}

/** Voters leave together; resolves once all connections are closed. */
export async function everybodyLeaves(voters: readonly Voter[]): Promise<void> {
	await Promise.all(voters.map(({ seat }) => seat.leave()));
}

/** @param questionId none where the room has no questions. */
export function voter(seat: SeatConnection, questionId?: string): Voter {
	const frame = new CastFrame(questionId);
	let revision = 0;
	const cast: Voter["cast"] = (onAnswer) => {
		revision += 1;
		seat.cast(frame, revision % OPTIONS.length, revision, (answer) => {
			if (answer instanceof Error) onAnswer(answer);
			else if (isGranted(answer)) onAnswer();
			else onAnswer(new Error(`refused: ${JSON.stringify(readReply(answer).value)}`));
		});
	};
	const vote = () =>
		new Promise<void>((resolve, reject) => {
			cast((problem) => (problem === undefined ? resolve() : reject(problem)));
		});
	return { seat, cast, vote };
}

export function mintToken(): string {
	return randomBytes(16).toString("base64url");
}

/** People whose vote on the poll's only question is counted, as the server says. */
export async function countedBallots(origin: string, code: string): Promise<number> {
	return (await summary(origin, code)).questions[0]?.ballots ?? 0;
}

async function firstQuestion(origin: string, code: string): Promise<string> {
	return (await summary(origin, code)).questions[0]?.id ?? "";
}

async function summary(origin: string, code: string): Promise<PollSummary> {
	const answer = await fetch(`${origin}/api/polls/${code}`);
	return (await answer.json()) as PollSummary;
}
