/** Who sits at a connection, decided once on entering from what the seat was reserved with. */
import type { Client } from "@colyseus/core";
import type { ParticipantId } from "../../schema/ids.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";

export type Seat =
	| { readonly role: "host" }
	| { readonly role: "viewer" }
	| {
			readonly role: "participant";
			readonly participantId: ParticipantId;
			readonly nickname: string;
			/** Only in this connection's memory, to answer `hello`. */
			readonly token: string;
	  };

export type PollClient = Client<{ userData: Seat; auth: SeatAuth }>;
