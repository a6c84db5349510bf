/** The roster as it is shown: by name, those that a search finds, a part at a time. */
import type { Person } from "../../../../schema/wire/client-messages.ts";

export interface RosterRows {
	readonly rows: readonly Person[];
	/** Found, but not among the rows. */
	readonly left: number;
}

const names = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/** @param max rows at most. */
export function rosterRows(people: Iterable<Person>, search: string, max: number): RosterRows {
	const wanted = search.trim().toLocaleLowerCase();
	const found = [...people].filter(({ nickname }) => nickname.toLocaleLowerCase().includes(wanted));
	found.sort((a, b) => names.compare(a.nickname, b.nickname));
	return { rows: found.slice(0, max), left: Math.max(0, found.length - max) };
}
