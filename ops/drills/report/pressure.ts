/** How busy the machine was, with this and with whatever else ran on it. */
export interface Pressure {
	/** Of the event loop of the process that plays all people. */
	readonly lagP99Ms: number;
	/** Processes that ran or waited to run, a core; the highest average of a minute. */
	readonly load: number;
}

/** Past it, waits are the driver's own. */
const LAG_P99_MAX_MS = 250;
/** A drill alone stays below two: past it, waits are those of processes that wait for a core. */
const LOAD_MAX = 3;

/** Too busy for times to mean anything. */
export function isBusy({ lagP99Ms, load }: Pressure): boolean {
	return lagP99Ms > LAG_P99_MAX_MS || load > LOAD_MAX;
}
