/** Whichever page it was: `person 3/2` is the second page that person 3 opened. */
export function personOf(who: string): string {
	return who.replace(/\/\d+$/, "");
}
