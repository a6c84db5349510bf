/** The end of every exhaustive `switch`: does not compile while a case is missing. */
export function assertNever(value: never): never {
	throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
