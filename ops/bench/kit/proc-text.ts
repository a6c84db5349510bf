/** The texts of Linux's /proc, parsed. */

/** USER_HZ: fixed at 100 by the kernel's interface on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface ProcessTimes {
	readonly parent: number;
	/** CPU seconds of the process itself, all its threads. */
	readonly own: number;
	/** CPU seconds of its children that have ended and were waited for. */
	readonly reaped: number;
}

/** @param text of /proc/PID/stat. The program's name stands in parentheses and may contain any. */
export function parseProcessTimes(text: string): ProcessTimes {
	// From the third field on: state, parent …
	const fields = text
		.slice(text.lastIndexOf(")") + 2)
		.split(" ")
		.map(Number);
	const ticks = (first: number) => (fields[first] ?? 0) + (fields[first + 1] ?? 0);
	return {
		parent: fields[1] ?? 0,
		own: ticks(11) / TICKS_PER_SECOND,
		reaped: ticks(13) / TICKS_PER_SECOND,
	};
}

export interface MachineTimes {
	/** CPU seconds that processes, the kernel for them, and other machines on this hardware took. */
	readonly busy: number;
	/** Of these, what other machines took. */
	readonly steal: number;
	/** CPU seconds that there were, busy or not, of all cores. */
	readonly all: number;
}

/**
 * @param text of /proc/stat. Interrupts count as neither: no process is charged with them, so they
 * could not be told apart from what others do.
 */
export function parseMachineTimes(text: string): MachineTimes {
	const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, , , steal = 0] = text
		.slice(0, text.indexOf("\n"))
		.trim()
		.split(/\s+/)
		.slice(1)
		.map((ticks) => Number(ticks) / TICKS_PER_SECOND);
	const busy = user + nice + system + steal;
	return { busy, steal, all: busy + idle + iowait };
}

/** Bytes of resident memory; @param text of /proc/PID/status. `undefined` for a process that ends. */
export function parseResidentBytes(text: string): number | undefined {
	const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
	return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
