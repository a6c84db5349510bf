/** Identifiers as branded strings: a `PollId` is never taken for a `ParticipantId`. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** UUID of a poll; stable for the poll's whole life, never shown to participants. */
export type PollId = Branded<"PollId">;
/** Join code: six characters of `CODE_ALPHABET`, upper case. */
export type PollCode = Branded<"PollCode">;
/** `q1`, `q2`, … in the order in which the questions were added. */
export type QuestionId = Branded<"QuestionId">;
/** `p1`, `p2`, … in the order in which people joined; never reused within a poll. */
export type ParticipantId = Branded<"ParticipantId">;
/** SHA-256 of a token, base64url: the only form in which a token is stored or compared. */
export type TokenHash = Branded<"TokenHash">;
