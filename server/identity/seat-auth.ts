/** Who takes a seat, as the seat route has established it. */
import type { TokenHash } from "../../schema/ids.ts";

/** Travels inside the reservation; a participant's place is taken only on entering. */
export type SeatAuth =
	| { readonly role: "host" }
	| { readonly role: "viewer" }
	| {
			readonly role: "participant";
			readonly token: string;
			readonly tokenHash: TokenHash;
			/** Absent when somebody returns by token alone. */
			readonly nickname?: string;
	  };
