/** The drills by name. */
import type { FaultName } from "./kit/faults.ts";
import type { Plan } from "./kit/nemesis.ts";

export interface Drill extends Plan {
	readonly summary: string;
	readonly needsSmallDisk?: true;
	/** Memory, queues and screens are looked at, and `--seconds` says how long a fault lasts. */
	readonly isMeasured?: true;
	/** One process lives with a wall clock that jumps by an hour. */
	readonly hasJumpingClock?: true;
}

const only = (
	name: FaultName,
	summary: string,
	holdMs: Plan["holdMs"],
	restMs: Plan["restMs"] = [3_000, 6_000],
) => ({ summary, faults: [name], holdMs, restMs });

export const drills = {
	"kill-process": only(
		"kill-process",
		"kill -9 of a process that holds polls, and its return",
		[0, 3_000],
		[1_000, 4_000],
	),
	zombie: only(
		"zombie",
		"a process that is stopped, taken over from, and goes on",
		[15_000, 15_000],
	),
	"kill-postgres": only(
		"kill-postgres",
		"kill -9 of all of PostgreSQL, and its return",
		[0, 2_000],
	),
	"postgres-away": {
		...only(
			"postgres-away",
			"PostgreSQL stopped under load, for half a minute or for --seconds",
			[30_000, 30_000],
		),
		isMeasured: true,
	},
	"restore-backup": only(
		"restore-backup",
		"the database destroyed, and restored from a backup that was taken while people voted",
		[500, 3_000],
	),
	"cut-postgres": only("cut-postgres", "PostgreSQL out of reach", [5_000, 30_000]),
	"slow-postgres": only(
		"slow-postgres",
		"50 to 3,000 ms more on the way to PostgreSQL",
		[5_000, 15_000],
	),
	"black-hole": only(
		"black-hole",
		"an edge whose sockets stay open and deliver late, or never",
		[3_000, 15_000],
	),
	"reset-mid-commit": only(
		"reset-mid-commit",
		"connections that die as a batch commits",
		[5_000, 15_000],
		[1_000, 2_000],
	),
	"disk-full": {
		...only(
			"disk-full",
			"no byte left for PostgreSQL; needs root, for a small tmpfs",
			[5_000, 15_000],
		),
		needsSmallDisk: true,
	},
	"kill-redis": only("kill-redis", "Redis gone for up to a minute, back empty", [1_000, 60_000]),
	"flush-redis": only("flush-redis", "everything in Redis forgotten", [0, 0]),
	"partition-redis": only("partition-redis", "a process that cannot reach Redis", [5_000, 20_000]),
	"rolling-restart": only("rolling-restart", "SIGTERM to one process after the other", [0, 0]),
	"reconnect-storm": only(
		"reconnect-storm",
		"everybody thrown out at once, three times",
		[2_000, 4_000],
	),
	"duplicate-and-reorder": only(
		"duplicate-and-reorder",
		"votes that arrive again, late and in conflict",
		[10_000, 20_000],
		[500, 1_000],
	),
	mixed: {
		summary: "all of it by chance, a third of it kill -9, in pairs at the end; one clock jumps",
		faults: [
			...Array.from({ length: 7 }, () => "kill-process" as const),
			"zombie",
			"kill-postgres",
			"cut-postgres",
			"slow-postgres",
			"black-hole",
			"reset-mid-commit",
			"kill-redis",
			"flush-redis",
			"partition-redis",
			"rolling-restart",
			"reconnect-storm",
			"duplicate-and-reorder",
		],
		holdMs: [500, 8_000],
		restMs: [1_500, 5_000],
		hasPairs: true,
		hasJumpingClock: true,
	},
} as const satisfies Record<string, Drill>;

export type DrillName = keyof typeof drills;
export const drillNames = Object.keys(drills) as DrillName[];

/** Lasting for no longer than a short run allows, or as long as was asked for. */
export function fitted(drill: Drill, minutes: number, seconds?: number): Drill {
	if (drill.isMeasured && seconds !== undefined) {
		return { ...drill, holdMs: [seconds * 1_000, seconds * 1_000] };
	}
	const most = (minutes * 60_000) / 2;
	const [least, longest] = drill.holdMs;
	return { ...drill, holdMs: [Math.min(least, most), Math.min(longest, most)] };
}
