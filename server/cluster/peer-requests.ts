/** What processes ask each other, and what they answer. */
import { z } from "zod";
import type { PollId } from "../../schema/ids.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import type { ProcessStatus } from "../telemetry/status.ts";
import type { SeatReservation } from "./directory.ts";
import type { LocalRooms } from "./local-rooms.ts";
import type { Peers } from "./peers.ts";

export type PeerRequest =
	| { readonly kind: "seat"; readonly pollId: PollId; readonly auth: SeatAuth }
	| { readonly kind: "close"; readonly pollId: PollId; readonly code: number }
	| { readonly kind: "status" };

// Only outlines: what another process of ours has made is taken as it is.
const pollId = z.custom<PollId>((value) => typeof value === "string");
const peerRequest: z.ZodType<PeerRequest> = z.union([
	z.object({
		kind: z.literal("seat"),
		pollId,
		auth: z.custom<SeatAuth>(
			(value) => z.looseObject({ role: z.string() }).safeParse(value).success,
		),
	}),
	z.object({ kind: z.literal("close"), pollId, code: z.int() }),
	z.object({ kind: z.literal("status") }),
]);
const processStatus = z.custom<ProcessStatus>(
	(value) => z.looseObject({ process: z.string() }).safeParse(value).success,
);

export interface AnsweringParts {
	readonly rooms: LocalRooms;
	readonly isDraining: () => boolean;
	readonly status: () => Promise<ProcessStatus>;
}

/** Answers what another process asks. `null`: the room is not here. */
export function answerPeers({ rooms, isDraining, status }: AnsweringParts) {
	return async (asked: unknown): Promise<SeatReservation | ProcessStatus | boolean | null> => {
		const request = peerRequest.parse(asked);
		switch (request.kind) {
			case "status":
				return status();
			case "close":
				return rooms.close(request.pollId, request.code);
			case "seat":
				return isDraining() ? null : ((await rooms.seat(request.pollId, request.auth)) ?? null);
		}
	};
}

/** What these processes say of themselves; those that do not answer in time are left out. */
export async function askStatus(
	peers: Pick<Peers, "ask">,
	processIds: readonly string[],
): Promise<readonly ProcessStatus[]> {
	const asked = processIds.map(async (processId) => {
		const answer = await peers.ask(processId, { kind: "status" } satisfies PeerRequest);
		const value = answer.kind === "answered" ? answer.value : undefined;
		return processStatus.safeParse(value).data ?? [];
	});
	return (await Promise.all(asked)).flat();
}
