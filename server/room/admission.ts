/** Entering the room: nickname and place are taken here, durably, not by the reservation. */
import { ServerError } from "@colyseus/core";
import { httpStatusOf, type SeatRefusalCode } from "../../schema/refusals.ts";
import type { PollActor } from "../actor/poll-actor.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import type { Seat } from "./seat.ts";

/** Rejects the join; the client sees the code itself as the message. */
export function joinRefused(code: SeatRefusalCode): ServerError {
	return new ServerError(httpStatusOf[code], code);
}

/** Resolves once the person's place is durable; throws `joinRefused`. */
export async function admit(actor: PollActor, auth: SeatAuth): Promise<Seat> {
	switch (auth.role) {
		case "host":
		case "viewer":
			return auth;
		case "participant":
			return admitParticipant(actor, auth);
	}
}

async function admitParticipant(
	actor: PollActor,
	{ token, tokenHash, nickname, requestId }: SeatAuth & { readonly role: "participant" },
): Promise<Seat> {
	const outcome = await actor.execute({ type: "join", tokenHash, nickname }, requestId);
	if ("refusal" in outcome) throw joinRefused(outcome.refusal.code as SeatRefusalCode);
	const { participantId } = outcome.answer;
	// Removed between the commit of the join and this line: the removal has closed no connection yet.
	const participant = actor.committed.participants.get(participantId);
	if (participant === undefined) throw joinRefused("removed");
	return { role: "participant", participantId, nickname: participant.nickname, token, requestId };
}
