/** What can go wrong, by name. */
import type { Fault } from "./fault.ts";
import {
	blackHole,
	cutPostgres,
	duplicateAndReorder,
	partitionRedis,
	reconnectStorm,
	resetMidCommit,
	slowPostgres,
} from "./faults-of-edges.ts";
import {
	diskFull,
	flushRedis,
	killPostgres,
	killProcess,
	killRedis,
	postgresAway,
	rollingRestart,
	zombie,
} from "./faults-of-parts.ts";
import { restoreBackup } from "./restore-backup.ts";

export const faults = {
	"kill-process": killProcess,
	zombie,
	"kill-postgres": killPostgres,
	"postgres-away": postgresAway,
	"restore-backup": restoreBackup,
	"cut-postgres": cutPostgres,
	"slow-postgres": slowPostgres,
	"black-hole": blackHole,
	"reset-mid-commit": resetMidCommit,
	"disk-full": diskFull,
	"kill-redis": killRedis,
	"flush-redis": flushRedis,
	"partition-redis": partitionRedis,
	"rolling-restart": rollingRestart,
	"reconnect-storm": reconnectStorm,
	"duplicate-and-reorder": duplicateAndReorder,
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

/** Others take over, or nobody needs what is gone: votes go on while these last. */
export const survived: ReadonlySet<FaultName> = new Set<FaultName>([
	"kill-process",
	"zombie",
	"kill-redis",
	"flush-redis",
	"partition-redis",
	"rolling-restart",
	"reconnect-storm",
	"duplicate-and-reorder",
]);
