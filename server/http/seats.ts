/** `POST /api/polls/CODE/seats`: from a claim to a reservation in the poll's room, wherever it lives. */
import { Router } from "express";
import type { Limits } from "../../schema/limits.ts";
import { type SeatClaim, seatClaim } from "../../schema/wire/session.ts";
import type { Catalog, PollRecord } from "../catalog/catalog.ts";
import type { PollDirectory } from "../cluster/directory.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import { hashToken, isSameHash, mintToken } from "../identity/tokens.ts";
import { findPoll } from "./polls.ts";
import { Problem, parse, unavailable } from "./problem.ts";

export interface SeatRoutesParts {
	readonly catalog: Catalog;
	readonly directory: PollDirectory;
	readonly limits: Limits;
	readonly isDraining: () => boolean;
}

export function seatRoutes({ catalog, directory, limits, isDraining }: SeatRoutesParts): Router {
	const claimSchema = seatClaim(limits);
	const router = Router();

	router.post("/api/polls/:code/seats", async (request, response) => {
		if (isDraining()) throw unavailable("This server is about to stop. Try again in a moment.");
		const claim = parse(claimSchema, request.body);
		const poll = await findPoll(catalog, request.params.code);
		const reservation = await directory.seat(poll, authenticate(claim, poll));
		if (reservation === undefined) throw unavailable("The poll is moving. Try again in a moment.");
		response.json(reservation);
	});

	return router;
}

function authenticate(claim: SeatClaim, poll: PollRecord): SeatAuth {
	switch (claim.role) {
		case "viewer":
			return { role: "viewer" };
		case "host":
			if (isSameHash(hashToken(claim.hostToken), poll.hostTokenHash)) return { role: "host" };
			throw new Problem("unauthorized", "This is not the poll's host token.");
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
