/** Taking a seat: who somebody says they are. */
import { z } from "zod";
import type { Limits } from "../limits.ts";
import { text } from "./text.ts";

/** 22 to 64 characters of base64url: at least 128 random bits, minted by the client. */
export const participantToken = z
	.string()
	.regex(/^[A-Za-z0-9_-]{22,64}$/, "must be 22 to 64 characters of A-Z, a-z, 0-9, _ and -");

const hostToken = z.string().min(1).max(128);

/** Trimmed; compared ignoring case, stored as typed. */
export function nickname(limits: Limits) {
	return z
		.string()
		.transform((value) => value.trim())
		.pipe(text(limits.nicknameMax));
}

/** Parses the body of `POST /api/polls/CODE/seats` into one claim. */
export function seatClaim(limits: Limits) {
	return z
		.object({
			nickname: nickname(limits).optional(),
			participantToken: participantToken.optional(),
			hostToken: hostToken.optional(),
			role: z.literal("viewer").optional(),
		})
		.transform((body, context): SeatClaim => {
			const asParticipant = body.nickname !== undefined || body.participantToken !== undefined;
			const ways = [asParticipant, body.hostToken !== undefined, body.role !== undefined];
			if (ways.filter(Boolean).length !== 1) {
				context.addIssue({
					code: "custom",
					message:
						"send one of nickname (with participantToken), participantToken, hostToken, or role: viewer",
				});
				return z.NEVER;
			}
			if (body.hostToken !== undefined) return { role: "host", hostToken: body.hostToken };
			if (body.role !== undefined) return { role: "viewer" };
			return {
				role: "participant",
				nickname: body.nickname,
				participantToken: body.participantToken,
			};
		});
}

export type SeatClaim =
	| {
			readonly role: "participant";
			readonly nickname: string | undefined;
			readonly participantToken: string | undefined;
	  }
	| { readonly role: "host"; readonly hostToken: string }
	| { readonly role: "viewer" };

export type Role = SeatClaim["role"];
