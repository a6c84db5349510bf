/**
 * Seats as the pages take them, with everything that goes through written down before anybody else
 * has it. On demand it also misbehaves as networks do: votes arrive again, late and out of order.
 */
import { setTimeout as pause } from "node:timers/promises";
import { colyseusSeats } from "../../../client/src/session/colyseus-seat.ts";
import { httpApi } from "../../../client/src/session/http-api.ts";
import type { Outcome, RoomConnection, SeatTaker } from "../../../client/src/session/seat.ts";
import type { PollSnapshot } from "../../../client/src/session/view.ts";
import type {
	RequestAnswers,
	RequestInputs,
	RequestType,
} from "../../../schema/wire/client-messages.ts";
import type { HistoryWriter } from "./history.ts";
import type { HostAsked, Request, Shown, VoteAsked } from "./history-events.ts";
import type { Random } from "./random.ts";

export interface SeatOf {
	readonly poll: string;
	readonly code: string;
	readonly who: string;
	readonly isHost: boolean;
	/** What its session shows now. */
	readonly shownNow: () => { readonly epoch: number; readonly seq: number } | undefined;
}

const REPLAYED_WITHIN_MS = 2_000;
const REPLAYS_MAX = 3;
const CONFLICTS = 0.2;
const HOST_OPS: readonly RequestType[] = ["open-question", "close-question", "show-question"];

export class Recorder {
	readonly history: HistoryWriter;
	/** While it is set, votes are sent again and out of order, and revisions used twice. */
	isEchoing = false;
	/** The database was restored from a backup: what it was told since that one is gone. */
	hasBeenRestored = false;
	/** Requests that have not ended. */
	pending = 0;
	readonly #origin: string;
	readonly #random: Random;
	readonly #processAt: (publicAddress: string) => number | undefined;
	readonly #rooms = new Map<string, RoomConnection>();
	readonly #acknowledgedAt = new Map<string, number>();
	readonly #owners = new Map<string, number>();

	constructor(
		history: HistoryWriter,
		origin: string,
		random: Random,
		processAt: (publicAddress: string) => number | undefined,
	) {
		this.history = history;
		this.#origin = origin;
		this.#random = random;
		this.#processAt = processAt;
	}

	/** When the newest vote with a receipt was sent, as the history counts; 0: none was. */
	acknowledgedAt(poll: string): number {
		return this.#acknowledgedAt.get(poll) ?? 0;
	}

	/** The process that the poll's last seat was on. */
	ownerOf(poll: string): number | undefined {
		return this.#owners.get(poll);
	}

	seats(seat: SeatOf): SeatTaker {
		const api = httpApi(this.#origin);
		let givenAt: number | undefined;
		const takeSeat: typeof api.takeSeat = async (...call) => {
			givenAt = undefined;
			const reservation = await api.takeSeat(...call);
			givenAt = this.history.now;
			const owner = this.#processAt(reservation.publicAddress ?? "");
			if (owner !== undefined) this.#owners.set(seat.poll, owner);
			return reservation;
		};
		const seats = colyseusSeats(this.#origin, seat.code, { ...api, takeSeat });
		return {
			take: async (request, events, signal) => {
				let epoch = 0;
				const shown = (snapshot: PollSnapshot): void => {
					epoch = snapshot.epoch;
					events.shown(snapshot);
					this.#picture(seat, snapshot);
				};
				const askedAt = this.history.now;
				const tried = (problem?: string): void => {
					const { poll, who } = seat;
					const ms = Math.round(this.history.now - askedAt);
					const given = givenAt === undefined ? {} : { givenMs: Math.round(givenAt - askedAt) };
					this.history.poll({ kind: "seat", poll, who, ms, ...given, ...(problem && { problem }) });
				};
				try {
					const room = await seats.take(request, { ...events, shown }, signal);
					tried();
					this.#rooms.set(pageOf(seat), room);
					return this.#recorded(seat, room, () => epoch);
				} catch (error) {
					tried(signal.aborted ? "no answer in time" : (error as Error).message);
					throw error;
				}
			},
		};
	}

	/** Asks as `who` for what only the host may. */
	async trespass(seat: Pick<SeatOf, "poll" | "who">, question: string): Promise<void> {
		const room = this.#rooms.get(pageOf(seat));
		if (room === undefined) return;
		const what = "to close a question";
		const asked = { kind: "invoke", op: "forbidden", ...seat, what } as const;
		const payload = { questionId: question } as RequestInputs["close-question"];
		await this.#ask(asked, () => room.request("close-question", payload));
	}

	/** Records a call that is no room's request; `ask` tells whether it was allowed. */
	async forbidden(seat: Pick<SeatOf, "poll" | "who">, what: string, ask: () => Promise<boolean>) {
		await this.#ask({ kind: "invoke", op: "forbidden", ...seat, what }, async () => {
			const isAllowed = await ask();
			if (isAllowed) return { kind: "answered", answer: {} };
			return { kind: "refused", refusal: { code: "unauthorized", message: "", retryable: false } };
		});
	}

	#picture(seat: SeatOf, snapshot: PollSnapshot): void {
		const { poll, who, isHost } = seat;
		const { epoch, seq } = snapshot;
		const now = seat.shownNow();
		const isDropped = now !== undefined && (now.epoch !== epoch || now.seq !== seq);
		this.history.poll({
			...{ kind: "picture", poll, who, isHost, epoch, seq, shown: shownBy(snapshot) },
			...(isDropped ? { isDropped } : {}),
		});
	}

	#recorded(seat: SeatOf, room: RoomConnection, epoch: () => number): RoomConnection {
		const { poll, who } = seat;
		let participant = "";
		return {
			...room,
			request: async (type, payload) => {
				const send = () => room.request(type, payload);
				if (type === "vote") {
					const { questionId, ...vote } = payload as RequestInputs["vote"];
					const question = questionId as string;
					const mine = { poll, who, participant, epoch: epoch(), question };
					const asked = { kind: "invoke", op: "vote", ...mine, ...vote } as const;
					const outcome = this.#ask(asked, send);
					if (this.isEchoing) void this.#echo(asked, outcome);
					return outcome;
				}
				if (HOST_OPS.includes(type)) {
					const { questionId } = payload as RequestInputs["open-question"];
					const op = type as HostAsked["op"];
					return this.#ask({ kind: "invoke", op, poll, who, question: questionId }, send);
				}
				const outcome = await send();
				if (type === "hello" && outcome.kind === "answered") {
					participant = (outcome.answer as RequestAnswers["hello"]).participantId ?? "";
				}
				return outcome;
			},
		};
	}

	async #ask<Answer>(
		asked: Request,
		send: () => Promise<Outcome<Answer>>,
	): Promise<Outcome<Answer>> {
		const id = this.history.nextId();
		const { poll } = asked;
		const askedAt = this.history.now;
		this.history.poll({ ...asked, id });
		this.pending += 1;
		const outcome = await send();
		this.pending -= 1;
		if (outcome.kind === "answered") {
			const { seq } = outcome.answer as { readonly seq?: number };
			// As the checker counts them: what the drill sends again by itself is nobody's vote.
			if (asked.op === "vote" && asked.as === undefined) this.#acknowledgedAt.set(poll, askedAt);
			this.history.poll({ kind: "ok", poll, id, ...(seq === undefined ? {} : { seq }) });
		} else if (outcome.kind === "refused") {
			const { code, retryable } = outcome.refusal;
			this.history.poll({
				...{ kind: "fail", poll, id, code },
				...(retryable ? { isRetryable: true } : {}),
			});
		} else this.history.poll({ kind: "info", poll, id });
		return outcome;
	}

	/** The same vote again, one to three times within two seconds, over whatever seat there is then. */
	async #echo(vote: Request<VoteAsked>, outcome: Promise<Outcome<unknown>>): Promise<void> {
		const { question, revision } = vote;
		const send = (choices: readonly number[], as: "replay" | "conflict") => {
			const room = this.#rooms.get(pageOf(vote));
			if (room === undefined) return;
			const payload = { questionId: question, revision, choices: [...choices] };
			const request = () => room.request("vote", payload as RequestInputs["vote"]);
			void this.#ask({ ...vote, choices, as }, request);
		};
		const times = Math.ceil(this.#random.next() * REPLAYS_MAX);
		for (let time = 0; time < times; time += 1) {
			void pause(this.#random.between(0, REPLAYED_WITHIN_MS)).then(() =>
				send(vote.choices, "replay"),
			);
		}
		if (!this.#random.chance(CONFLICTS)) return;
		const { kind } = await outcome;
		// Only of a revision that is surely taken; another choice would else be a first one.
		if (kind === "answered") send([vote.choices[0] === 0 ? 1 : 0], "conflict");
	}
}

/** Every poll has its `person 1`. */
function pageOf({ poll, who }: Pick<SeatOf, "poll" | "who">): string {
	return `${poll} ${who}`;
}

function shownBy({ questions }: PollSnapshot): Shown {
	return Object.fromEntries(
		questions.map(({ id, status, ballots, counts, hostCounts }) => [
			id,
			{ status, ballots, counts: hostCounts ?? counts },
		]),
	);
}
