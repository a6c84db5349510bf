/** Lets the sides take turns, run by run; a run that strangers have disturbed is done again. */
import type { Measure, Side } from "./bench.ts";
import { percent, rounded } from "./numbers.ts";
import type { Turn } from "./ratios.ts";

/** Above this share of the machine a turn counts as disturbed. */
export const DISTURBED_ABOVE = 0.2;
/** Runs of one bench that are done again; on a busy machine more would change nothing. */
export const REPEATS_MAX = 2;

export interface Rounds {
	readonly sides: readonly Side[];
	readonly measures: readonly Measure[];
	readonly runs: number;
	/** Runs that may be done again. */
	readonly repeatsMax: number;
	readonly takeTurn: (side: Side, run: number) => Promise<Turn>;
	/** Hears a line for every turn. */
	readonly say: (line: string) => void;
}

export async function takeTurns(rounds: Rounds): Promise<readonly Turn[]> {
	const { sides, measures, runs, repeatsMax, takeTurn, say } = rounds;
	const turns: Turn[] = [];
	let repeats = 0;
	for (let run = 1; run <= runs; ) {
		const round: Turn[] = [];
		for (const side of sides) {
			const turn = await takeTurn(side, run);
			round.push(turn);
			say(line(measures, turn, runs));
		}
		const isRepeated = round.some(isDisturbed) && repeats < repeatsMax;
		turns.push(...round.map((turn) => ({ ...turn, isRepeated })));
		if (isRepeated) {
			repeats += 1;
			say(`run ${run} was disturbed by other programs and is done again`);
		} else {
			run += 1;
		}
	}
	return turns;
}

export function isDisturbed({ disturbance }: Turn): boolean {
	return disturbance !== undefined && disturbance > DISTURBED_ABOVE;
}

function line(measures: readonly Measure[], turn: Turn, runs: number): string {
	const numbers = measures.flatMap(({ key, label, unit }) => {
		const value = turn.values[key];
		return value === undefined ? [] : [`${label} ${rounded(value)} ${unit}`];
	});
	const note = isDisturbed(turn) ? `  disturbed: ${percent(turn.disturbance ?? 0)} by others` : "";
	return `run ${turn.run} of ${runs}  ${turn.side}  ${numbers.join(", ")}${note}`;
}
