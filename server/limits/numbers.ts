/**
 * Every limit on how often and how much at once, each with its reason. The measure is a hall of
 * 1,000 people behind one address: none of them may meet a limit that is counted by address.
 */

/** So many at once, then so many a second. */
export interface Rate {
	readonly burst: number;
	readonly perSecond: number;
}

/** So many in a window of time. */
export interface Window {
	readonly count: number;
	readonly ms: number;
}

/** So long for the first time, twice that for the next; nothing is held against anybody for ever. */
export interface Penalty {
	readonly leastMs: number;
	readonly mostMs: number;
	/** Since the last time. */
	readonly forgottenAfterMs: number;
}

/**
 * Wrong codes and wrong tokens of one address. 500 people of whom one in ten mistypes are 50; a
 * guesser is left with 1,800 codes an hour of the 32^6 that there are.
 */
export const MISSES_PER_ADDRESS: Rate = { burst: 100, perSecond: 0.5 };
/** The same as a count that processes share: what the rate allows in the time that refills its burst. */
export const SHARED_MISSES_PER_ADDRESS: Window = { count: 100, ms: 200_000 };
/** A process learns of the others' count by a miss of its own, and believes it no longer than this. */
export const SHARED_SPENT_MS_MAX = 30_000;
/** Over all addresses: typing people make a few a second, 50 are a botnet. Ten seconds' worth as burst. */
export const MISSES_OVERALL: Rate = { burst: 500, perSecond: 50 };
/** How often the alarm about them may sound. */
export const ALARM_EVERY_MS = 1_000;

/** What a look-up waits once its address has spent its misses: long for a guesser, short for a person. */
export const SLOW_LOOKUP_MS = { least: 1_000, most: 2_000 } as const;
/** Codes of one address that are waited for at once: with the wait, 2 to 4 codes a second. */
export const SLOW_LOOKUPS_AT_ONCE = 4;
/** Codes that wait behind them: two turns, at most 6 s together, within what a client gives a seat call. */
export const SLOW_LOOKUPS_QUEUED = 8;
/** Requests of one address that wait for all its codes together: a hall whose first person is waiting. */
export const SLOW_WAITERS_MAX = 2_000;
/** Codes of one address of which it is remembered how often they were asked for. */
export const ASKED_CODES_REMEMBERED = 512;
/** (address, code) pairs that somebody was seated for; about 100 bytes each. */
export const FAMILIAR_CODES_REMEMBERED = 50_000;
/** Addresses with misses that are remembered; past it the ones longest quiet are forgotten. */
export const ADDRESSES_REMEMBERED = 20_000;

/** A class of 30 that all try it out twice; afterwards one every six seconds, 10 a minute. */
export const POLLS_PER_ADDRESS: Window = { count: 60, ms: 360_000 };

/** A hall that opens one poll's page three times over in a minute, and twice that for luck. */
export const READS_PER_ADDRESS_AND_POLL: Window = { count: 6_000, ms: 60_000 };
/** A host's own tools may look ten times a second. */
export const READS_PER_HOST: Window = { count: 600, ms: 60_000 };
/** Host tokens that were right lately. */
export const HOSTS_REMEMBERED = 10_000;
/** Keys of one kind of count in memory; about 150 bytes each. */
export const COUNTS_REMEMBERED = 50_000;

/** One person's seats: every retry and five devices at once, then one a second. */
export const SEATS_PER_TOKEN: Rate = { burst: 10, perSecond: 1 };
/** A hall that joins all at once; its rest, and reconnection storms, at a pace that rooms keep up with. */
export const SEATS_PER_POLL: Rate = { burst: 1_000, perSecond: 200 };
/** Nobody has to show anything to watch, so watchers may not use up the participants' seats. */
export const VIEWER_SEATS_PER_POLL: Rate = { burst: 100, perSecond: 5 };
/** Shorter than what a client gives a seat call, with room for the seat itself. */
export const SEAT_WAIT_MS_MAX = 2_000;
/** Whoever is sent away comes back within these, spread, so that they do not come back together. */
export const SEAT_RETRY_MS = { least: 1_000, most: 5_000 } as const;
/** Tokens and polls with seats taken lately. */
export const SEATS_REMEMBERED = 50_000;

/** A person taps once or twice a second; a client that comes back sends what waited. */
export const MESSAGES: Rate = { burst: 20, perSecond: 10 };
/** Nobody's fingers, and no client of ours: five seconds of it at once is a flood. */
export const FLOOD: Rate = { burst: 200, perSecond: 40 };
/** Hosts type ahead, page through rosters and run tools. */
export const HOST_FACTOR = 4;
/** Requests of one connection without their answers yet. */
export const OUTSTANDING_MAX = 64;
/** Requests before the join is acknowledged, whose answers wait in memory; what comes after is dropped. */
export const BEFORE_JOINED_MAX = 16;

/** The time in which somebody who floods may learn why, before the socket goes. */
export const FLOODER_GONE_MS = 1_000;
/** Before a token that was cut off for flooding gets another seat: a broken client notices, a flooder is out. */
export const FLOODERS_TOKEN: Penalty = {
	leastMs: 1_000,
	mostMs: 60_000,
	forgottenAfterMs: 600_000,
};
/**
 * What somebody new waits for a seat at an address that floods the poll: a flooder may be anybody new
 * there, and every return costs ten votes. Short, because a hall may be behind it.
 */
export const FLOODERS_ADDRESS: Penalty = { leastMs: 250, mostMs: 1_000, forgottenAfterMs: 10_000 };
/** Of each, in a process. */
export const FLOODERS_REMEMBERED = 10_000;
/** Frames that one message may come in: browsers send one, and a message has 16 KiB at most. */
export const FRAMES_PER_MESSAGE_MAX = 16;

/** WebSockets of one address: a hall of 1,000 with two devices each. */
export const SOCKETS_PER_ADDRESS = 2_000;
/** Connections of one address that have not said anything yet; past it the oldest goes. */
export const SILENT_CONNECTIONS_PER_ADDRESS = 200;

/** Options of the HTTP server: what a connection may take before it is closed with 408. */
export const serverTimeouts = {
	/** For the first request's or upgrade's headers, too. */
	headersTimeout: 5_000,
	/** 256 KiB at 17 KB/s: a bad phone network. */
	requestTimeout: 15_000,
	/** How often both are looked at; Node's default of 30 s would make 5 s half a minute. */
	connectionsCheckingInterval: 1_000,
} as const;

/** How often sockets are looked at for a reader that has fallen behind. */
export const SLOW_READERS_EVERY_MS = 1_000;
/** Patches and answers that may wait for a reader beside full states. */
export const UNREAD_BYTES = 256 * 1024;

/** Redis is given this long for a count; a healthy one takes a millisecond. */
export const SHARED_COUNT_WITHIN_MS = 250;
/** After a failure Redis is left alone this long. */
export const SHARED_COUNT_RETRY_MS = 2_000;
