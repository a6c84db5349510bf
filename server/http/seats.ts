/** `POST /api/polls/CODE/seats`: from a claim to a reservation in the poll's room, wherever it lives. */
import { Router } from "express";
import type { PollId } from "../../schema/ids.ts";
import type { Limits } from "../../schema/limits.ts";
import { type Role, type SeatClaim, seatClaim } from "../../schema/wire/session.ts";
import type { Catalog, PollRecord } from "../catalog/catalog.ts";
import type { PollDirectory, SeatReservation } from "../cluster/directory.ts";
import type { Claimed, SeatAuth } from "../identity/seat-auth.ts";
import { hashToken, isSameHash, mintToken } from "../identity/tokens.ts";
import type { RateLimits } from "../limits/rate-limits.ts";
import type { Overload, Shed } from "../resilience/overload.ts";
import { ABOUT_TO_STOP, findPoll, shed } from "./polls.ts";
import { Problem, parse, unavailable } from "./problem.ts";
import { requestIdOf } from "./request-context.ts";

export interface SeatRoutesParts {
	readonly catalog: Catalog;
	readonly directory: PollDirectory;
	readonly rateLimits: Pick<RateLimits, "http" | "lookups" | "seats">;
	readonly limits: Limits;
	readonly isDraining: () => boolean;
	readonly overload: Pick<Overload, "sheds">;
	readonly onShed: (kind: Shed) => void;
	/** Hears of every seat that was given. */
	readonly onSeat: (seat: SeatGiven) => void;
}

export interface SeatGiven {
	readonly requestId: string;
	readonly pollId: PollId;
	readonly role: Role;
	/** The process that has the poll's room. */
	readonly process: string;
}

export function seatRoutes(parts: SeatRoutesParts): Router {
	const { directory, rateLimits, limits, isDraining } = parts;
	const claimSchema = seatClaim(limits);
	const router = Router();

	router.post("/api/polls/:code/seats", async (request, response) => {
		if (isDraining()) throw unavailable(ABOUT_TO_STOP);
		const claim = parse(claimSchema, request.body);
		// The host has to be able to tell the hall what is going on.
		if (claim.role !== "host") shed(parts, kindOf(claim));
		const poll = await findPoll(parts, request.ip, request.params.code);
		const claimed = authenticate(claim, poll);
		if (claimed === undefined) {
			rateLimits.lookups.failed(request.ip);
			const message = "This is not the poll's host token.";
			throw new Problem("unauthorized", message, { audit: "host-token-refused" });
		}
		const auth: SeatAuth = { ...claimed, requestId: requestIdOf(request), address: request.ip };
		await rateLimits.seats.admit({
			pollId: poll.id,
			role: auth.role,
			address: request.ip,
			// A token that was minted just now says nothing about who asks.
			tokenHash: isMinted(claim) || auth.role === "viewer" ? undefined : auth.tokenHash,
		});
		const reservation = await directory.seat(poll, auth);
		if (reservation === undefined) throw unavailable("The poll is moving. Try again in a moment.");
		rateLimits.lookups.seated(request.ip, poll.code);
		const { role, requestId } = auth;
		parts.onSeat({ requestId, pollId: poll.id, role, process: reservation.processId ?? "" });
		response.json(reachable(reservation, request.host));
	});

	return router;
}

/** An owner that is reached by a path alone is reached under the host that the asker came to. */
function reachable(reservation: SeatReservation, host: string): SeatReservation {
	const { publicAddress } = reservation;
	if (publicAddress === undefined || !publicAddress.startsWith("/")) return reservation;
	return { ...reservation, publicAddress: host + publicAddress };
}

/** `undefined` for a wrong host token. A participant's token is looked at on entering. */
function authenticate(claim: SeatClaim, poll: PollRecord): Claimed | undefined {
	switch (claim.role) {
		case "viewer":
			return { role: "viewer" };
		case "host": {
			const tokenHash = hashToken(claim.hostToken);
			return isSameHash(tokenHash, poll.hostTokenHash) ? { role: "host", tokenHash } : undefined;
		}
		case "participant": {
			const token = claim.participantToken ?? mintToken();
			const { nickname } = claim;
			return {
				role: "participant",
				token,
				tokenHash: hashToken(token),
				...(nickname !== undefined && { nickname }),
			};
		}
	}
}

/** Whoever sends a nickname may be new; clients that were in before come back by token alone. */
function kindOf(claim: Exclude<SeatClaim, { readonly role: "host" }>): Shed {
	if (claim.role === "viewer") return "viewer";
	return claim.nickname === undefined ? "returning" : "new";
}

function isMinted(claim: SeatClaim): boolean {
	return claim.role === "participant" && claim.participantToken === undefined;
}
