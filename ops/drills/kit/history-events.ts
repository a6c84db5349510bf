/** What is written down of a drill. All times are monotonic milliseconds since the run began. */
import type { ResultVisibility } from "../../../schema/poll-words.ts";

interface Event {
	readonly t: number;
}
interface InPoll extends Event {
	readonly poll: string;
}

export interface VoteAsked extends InPoll {
	readonly kind: "invoke";
	readonly op: "vote";
	readonly id: number;
	readonly who: string;
	readonly participant: string;
	/** Of the room that it was sent to, where a restore may have given the participant's name to somebody else. */
	readonly epoch?: number;
	readonly question: string;
	readonly revision: number;
	readonly choices: readonly number[];
	/** `replay`: the very same again, by the drill; `conflict`: a used revision with other choices. */
	readonly as?: "replay" | "conflict";
}
export interface HostAsked extends InPoll {
	readonly kind: "invoke";
	readonly op: "open-question" | "close-question" | "show-question";
	readonly id: number;
	readonly who: string;
	readonly question: string;
}
/** Something that must be refused, whoever answers. */
export interface ForbiddenAsked extends InPoll {
	readonly kind: "invoke";
	readonly op: "forbidden";
	readonly id: number;
	readonly who: string;
	readonly what: string;
}
export type Asked = VoteAsked | HostAsked | ForbiddenAsked;
/** A request before it is written down. */
export type Request<Type extends Asked = Asked> = Type extends Asked
	? Omit<Type, "t" | "id">
	: never;

export interface Answered extends InPoll {
	readonly kind: "ok";
	readonly id: number;
	/** Of a vote: its place in the journal. */
	readonly seq?: number;
}
export interface Refused extends InPoll {
	readonly kind: "fail";
	readonly id: number;
	readonly code: string;
	/** Whoever asked may ask again. */
	readonly isRetryable?: boolean;
}
/** Whether it was done is not known. */
export interface Lost extends InPoll {
	readonly kind: "info";
	readonly id: number;
}

export interface ShownQuestion {
	readonly status: string;
	readonly ballots: number;
	/** Empty while hidden. */
	readonly counts: readonly number[];
}
export type Shown = Readonly<Record<string, ShownQuestion>>;

export interface PictureSeen extends InPoll {
	readonly kind: "picture";
	readonly who: string;
	readonly isHost: boolean;
	readonly epoch: number;
	readonly seq: number;
	readonly shown: Shown;
	/** It arrived, and the session did not show it, because it had shown a later one. */
	readonly isDropped?: boolean;
}
/** What a process says at the end: its results, or a recount of its export. */
export interface FinalTold extends InPoll {
	readonly kind: "final";
	readonly source: string;
	/** From when it was asked first until it said so. */
	readonly ms: number;
	/** `undefined`: it could not say. */
	readonly counts?: Readonly<Record<string, readonly number[]>>;
}
/** A page that was closed: its screen is nobody's any more. */
export interface ScreenLeft extends InPoll {
	readonly kind: "left";
	readonly who: string;
}
/** How a try to come into the room ended. Nothing checks it; it tells why somebody took so long. */
export interface SeatTried extends InPoll {
	readonly kind: "seat";
	readonly who: string;
	readonly ms: number;
	/** When the seat was given, of that; absent: never. */
	readonly givenMs?: number;
	/** What stood in the way; absent: nothing. */
	readonly problem?: string;
}
/** A secret that came by where it must not. */
export interface SecretSeen extends InPoll {
	readonly kind: "leak";
	readonly what: string;
}
export interface PollMade extends InPoll {
	readonly kind: "poll";
	readonly people: number;
	readonly visibility: ResultVisibility;
}
/** How the screens came to agree, once everybody of the poll had the last answer. */
export interface Converged extends InPoll, Agreement {
	readonly kind: "converged";
}
export interface Agreement {
	/** False: never while anybody looked. */
	readonly isReached: boolean;
	/** Until all of them agreed, or nobody looked any longer. */
	readonly ms: number;
	/** Who was the last to, or did not, and what was wrong there. */
	readonly behind: readonly string[];
}

export interface FaultStruck extends Event {
	readonly kind: "fault";
	readonly id: number;
	readonly name: string;
	/** What was hit, in words. */
	readonly what: string;
	/** The polls that lived on what was hit; all of them when not given. */
	readonly polls?: readonly string[];
	/** Votes have to go on while it lasts, not only once it is healed. */
	readonly isSurvived: boolean;
}
export interface FaultHealed extends Event {
	readonly kind: "heal";
	readonly id: number;
}
export interface Phase extends Event {
	readonly kind: "phase";
	readonly name: "voting" | "input-ended" | "settled";
}

/** A database that was destroyed is back, as a backup had it: `t` is when processes could reach it. */
export interface DatabaseRestored extends Event {
	readonly kind: "restored";
	/** Everything that was acknowledged before is in the backup. */
	readonly backupAt: number;
	/** By poll: what the restore raised its epoch to. Nothing is ever written under it. */
	readonly epochs: Readonly<Record<string, number>>;
}

/** How it went at one moment, while people voted. */
export interface VitalsTaken extends Event {
	readonly kind: "vitals";
	/** In their order; `null`: it did not say. */
	readonly processes: readonly (ProcessVitals | null)[];
	readonly screens: {
		readonly all: number;
		readonly online: number;
		/** Those that say that saving is delayed. */
		readonly delayed: number;
	};
}
export interface ProcessVitals {
	/** MiB, of the whole process. */
	readonly memory: number;
	/** MiB of objects. */
	readonly heap: number;
	/** Rows that were decided and are not yet durable. */
	readonly queued: number;
	/** Age of the oldest of them, ms. */
	readonly oldestMs: number;
}

/** An error that a process wrote to its log: the sentence alone. */
export interface ErrorLogged extends Event {
	readonly kind: "log";
	readonly process: number;
	readonly message: string;
}

export type PollEvent =
	| Asked
	| Answered
	| Refused
	| Lost
	| PictureSeen
	| FinalTold
	| SecretSeen
	| SeatTried
	| ScreenLeft
	| PollMade
	| Converged;
export type RunEvent =
	| FaultStruck
	| FaultHealed
	| Phase
	| ErrorLogged
	| DatabaseRestored
	| VitalsTaken;

/** An event before it has its time. */
export type Timeless<Type> = Type extends Event ? Omit<Type, "t"> : never;
