/** Calls by command in the text of Redis's `INFO commandstats`, those of INFO itself left out. */
export function commandsIn(text: string): ReadonlyMap<string, number> {
	const calls = [...text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
	return new Map(
		calls.flatMap(([, name = "", count]) => (name === "info" ? [] : [[name, Number(count)]])),
	);
}

/** By how much each has grown, those that have not left out. */
export function grown(
	before: ReadonlyMap<string, number>,
	after: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
	const more = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
	return new Map(more.filter(([, count]) => count > 0));
}

export function total(commands: ReadonlyMap<string, number>): number {
	return [...commands.values()].reduce((sum, count) => sum + count, 0);
}
