/** What an error of the database means for what was being written: one table, read everywhere. */
import type { Fault } from "../journal/journal.ts";

/** Rolled back for sure and worth another try: deadlock, serialization, lock and statement timeouts. */
const rolledBack = new Set(["40P01", "40001", "55P03", "57014"]);

/**
 * `poison` for classes 22 and 23 (the row can never be taken), `retry` for what was certainly
 * rolled back (see `rolledBack`, and class 53, out of resources), `unknown` for all the rest:
 * socket errors, client-side timeouts, 08xxx, 57P01–57P03, 40003. When in doubt, `unknown`:
 * resending the same rows is harmless, believing that they are absent is not.
 */
export function classifyFault(error: unknown): Fault {
	const state = sqlState(error);
	if (state === undefined) return "unknown";
	if (rolledBack.has(state) || state.startsWith("53")) return "retry";
	if (state.startsWith("22") || state.startsWith("23")) return "poison";
	return "unknown";
}

/** node-postgres reports its own time limits and lost connections with nothing but a sentence. */
const CLIENT_SIDE = /timeout|terminated|connection|not queryable/i;

/** True when the database did not or could not answer, false when the fault is in what it was asked. */
export function isDatabaseAway(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if (sqlState(error) !== undefined)
		return classifyFault(error) !== "poison" && !isOurMistake(error);
	const { code, message } = error as { code?: unknown; message: string };
	return (typeof code === "string" && /^E[A-Z]+$/.test(code)) || CLIENT_SIDE.test(message);
}

/** Class 42: a statement that the database does not understand. */
function isOurMistake(error: unknown): boolean {
	return sqlState(error)?.startsWith("42") ?? false;
}

/** The SQLSTATE of an error or of what caused it; `undefined` when the database did not answer with one. */
export function sqlState(error: unknown): string | undefined {
	// Four levels: drizzle wraps once, and a chain may lead back into itself.
	for (
		let depth = 0, cause = error;
		depth < 4 && isObject(cause);
		depth++, cause = cause["cause"]
	) {
		const code = cause["code"];
		// Five characters alone would take EPIPE for a SQLSTATE; the database's own states hold a digit.
		if (typeof code === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return code;
	}
	return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null;
}
