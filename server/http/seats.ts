/** `POST /api/polls/CODE/seats`: from a claim to a reservation in the poll's room, wherever it lives. */
import { Router } from "express";
import type { PollCode, PollId } from "../../schema/ids.ts";
import type { Limits } from "../../schema/limits.ts";
import { type Role, type SeatClaim, seatClaim } from "../../schema/wire/session.ts";
import type { Catalog, PollRecord } from "../catalog/catalog.ts";
import type { PollAddress, PollDirectory, SeatReservation } from "../cluster/directory.ts";
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

/** What a request for a seat comes down to, however it was read. */
export interface SeatAsked {
	/** As typed. */
	readonly code: string;
	/** Parsed from JSON, and nothing more. */
	readonly body: unknown;
	readonly address: string | undefined;
	/** That the asker came to. */
	readonly host: string;
	readonly requestId: string;
}

/** Rejects with what the caller is told, or as the parts do. */
export type SeatGiver = (asked: SeatAsked) => Promise<SeatReservation>;

export function seatGiver(parts: SeatRoutesParts): SeatGiver {
	const { catalog, directory, rateLimits, limits, isDraining } = parts;
	const claimSchema = seatClaim(limits);

	return async ({ code, body, address, host, requestId }) => {
		if (isDraining()) throw unavailable(ABOUT_TO_STOP);
		const claim = parse(claimSchema, body);
		// The host has to be able to tell the hall what is going on.
		if (claim.role !== "host") shed(parts, kindOf(claim));
		const { poll, claimed } =
			claim.role === "host"
				? await hostSeat(claim, address, code)
				: { poll: await pollOf(address, code), claimed: authenticate(claim) };
		const auth: SeatAuth = { ...claimed, requestId, address };
		await rateLimits.seats.admit({
			pollId: poll.id,
			role: auth.role,
			address,
			// A token that was minted just now says nothing about who asks.
			tokenHash: isMinted(claim) || auth.role === "viewer" ? undefined : auth.tokenHash,
		});
		const reservation = await directory.seat(poll, auth);
		if (reservation === undefined) throw unavailable("The poll is moving. Try again in a moment.");
		rateLimits.lookups.seated(address, poll.code);
		const { role } = auth;
		parts.onSeat({ requestId, pollId: poll.id, role, process: reservation.processId ?? "" });
		return reachable(reservation, host);
	};

	/** Of a poll whose room is here nobody is asked: a hall that comes at once would be as many queries. */
	function pollOf(address: string | undefined, typed: string): Promise<PollAddress> {
		const find = async (code: PollCode): Promise<PollAddress | undefined> => {
			const id = directory.open(code);
			return id === undefined ? catalog.findByCode(code) : { id, code, owner: null };
		};
		return findPoll(rateLimits, find, address, typed);
	}

	/** The current host token is in the database alone. */
	async function hostSeat(
		{ hostToken }: SeatClaim & { readonly role: "host" },
		address: string | undefined,
		typed: string,
	): Promise<{ readonly poll: PollRecord; readonly claimed: Claimed }> {
		const poll = await findPoll(rateLimits, catalog.findByCode, address, typed);
		const tokenHash = hashToken(hostToken);
		if (isSameHash(tokenHash, poll.hostTokenHash)) {
			return { poll, claimed: { role: "host", tokenHash } };
		}
		const spent = rateLimits.lookups.failed(address);
		if (spent !== undefined) throw spent;
		const message = "This is not the poll's host token.";
		throw new Problem("unauthorized", message, { audit: "host-token-refused" });
	}
}

export function seatRoutes(give: SeatGiver): Router {
	const router = Router();
	router.post("/api/polls/:code/seats", async (request, response) => {
		const { body, ip: address, host } = request;
		const requestId = requestIdOf(request);
		response.json(await give({ code: request.params.code, body, address, host, requestId }));
	});
	return router;
}

/** An owner that is reached by a path alone is reached under the host that the asker came to. */
function reachable(reservation: SeatReservation, host: string): SeatReservation {
	const { publicAddress } = reservation;
	if (publicAddress === undefined || !publicAddress.startsWith("/")) return reservation;
	return { ...reservation, publicAddress: host + publicAddress };
}

/** A participant's token is looked at on entering. */
function authenticate(claim: Exclude<SeatClaim, { readonly role: "host" }>): Claimed {
	if (claim.role === "viewer") return { role: "viewer" };
	const token = claim.participantToken ?? mintToken();
	const { nickname } = claim;
	return {
		role: "participant",
		token,
		tokenHash: hashToken(token),
		...(nickname !== undefined && { nickname }),
	};
}

/** Whoever sends a nickname may be new; clients that were in before come back by token alone. */
function kindOf(claim: Exclude<SeatClaim, { readonly role: "host" }>): Shed {
	if (claim.role === "viewer") return "viewer";
	return claim.nickname === undefined ? "returning" : "new";
}

function isMinted(claim: SeatClaim): boolean {
	return claim.role === "participant" && claim.participantToken === undefined;
}
