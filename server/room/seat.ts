/** Who sits at a connection, decided once on entering from what the seat was reserved with. */
import type { Client } from "@colyseus/core";
import type { ParticipantId, TokenHash } from "../../schema/ids.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";

export type Seat = Role & {
	/** Of the HTTP request that the seat was given to. */
	readonly requestId: string;
};

type Role =
	| { readonly role: "host"; readonly tokenHash: TokenHash }
	| { readonly role: "viewer" }
	| {
			readonly role: "participant";
			readonly participantId: ParticipantId;
			readonly nickname: string;
			/** Only in this connection's memory, to answer `hello`. */
			readonly token: string;
	  };

export type HostSeat = Extract<Seat, { readonly role: "host" }>;

export type PollClient = Client<{ userData: Seat; auth: SeatAuth }>;
