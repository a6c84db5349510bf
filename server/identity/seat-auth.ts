/** Who takes a seat, as the seat route has established it. */
import type { TokenHash } from "../../schema/ids.ts";

/** Travels inside the reservation; a participant's place is taken only on entering. */
export type SeatAuth = Claimed & {
	/** Of the HTTP request that asked for the seat; it follows everything that is done from there. */
	readonly requestId: string;
	/** Where that request came from, as far as proxies are trusted. */
	readonly address: string | undefined;
};

export type Claimed =
	| { readonly role: "host"; readonly tokenHash: TokenHash }
	| { readonly role: "viewer" }
	| {
			readonly role: "participant";
			readonly token: string;
			readonly tokenHash: TokenHash;
			/** Absent when somebody returns by token alone. */
			readonly nickname?: string;
	  };
