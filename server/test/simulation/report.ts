/** What a failing seed tells: which property, the shortest run that still breaks it, and its last lines. */
import type { Violation } from "./history.ts";
import { type SimulationOptions, type SimulationResult, simulate } from "./simulate.ts";

const LINES_MAX = 60;
/** Storms to try, from the shortest; the seed's own comes last. */
const SHORTER = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1];

export async function reportOf(
	failed: SimulationResult,
	options: SimulationOptions = {},
): Promise<string> {
	const shortest = await shortestFailure(failed, options);
	const [first] = shortest.violations;
	const trace = shortest.trace
		.filter(({ pollId }) => pollId === undefined || pollId === first?.pollId)
		.map(({ line }) => line);
	return [
		`seed ${failed.seed} (SIM_SEED=${failed.seed} runs it alone)`,
		...shortest.violations.slice(0, 5).map(violationLine),
		`the last ${Math.min(LINES_MAX, trace.length)} of ${trace.length} lines of a storm of ${shortest.stormMs.toFixed(0)} ms:`,
		...trace.slice(-LINES_MAX),
	].join("\n");
}

export function violationLine({ property, detail, pollId }: Violation): string {
	return `  ${property}${pollId === undefined ? "" : ` (${pollId})`}: ${detail}`;
}

async function shortestFailure(
	{ seed, stormMs }: SimulationResult,
	options: SimulationOptions,
): Promise<SimulationResult> {
	for (const part of SHORTER) {
		const stormMsMax = stormMs * part;
		const again = await simulate(seed, { ...options, isTraced: true, stormMsMax });
		if (again.violations.length > 0) return again;
	}
	throw new Error(`seed ${seed} failed once and not again: the simulation is not deterministic`);
}
