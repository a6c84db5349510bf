/** What the numbers were measured on. */
import { cpus, totalmem } from "node:os";

export interface Machine {
	readonly system: string;
	readonly cores: number;
	readonly processor: string;
	/** Gigabytes. */
	readonly memory: number;
	readonly node: string;
	/** Whether processes' costs can be read at all. */
	readonly hasAccounting: boolean;
}

export function thisMachine(): Machine {
	const cores = cpus();
	return {
		system: process.platform,
		cores: cores.length,
		processor: cores[0]?.model.trim() ?? "unknown",
		memory: Math.round(totalmem() / 1e9),
		node: process.version,
		hasAccounting: process.platform === "linux",
	};
}
