/** Each option's share of the people who voted, 0 to 1; with several choices they sum up to more. */
export function shares(counts: readonly number[], ballots: number): readonly number[] {
	return counts.map((count) => (ballots > 0 ? Math.min(1, count / ballots) : 0));
}
