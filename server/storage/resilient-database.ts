/**
 * The database as everything but the vote path uses it: reads, the catalog, activations. All of
 * them may be repeated. The journal's appends have a connection and rules of their own.
 */
import { type Policy, policy } from "../resilience/policies.ts";
import type { Database } from "./database.ts";
import { classifyFault, isDatabaseAway } from "./pg-errors.ts";

/** The pool serves four at once and lets others wait for 5 s: some of both. */
const AT_ONCE_MAX = 16;
/** A hall that comes back at once; what is beyond is answered with "try again" instead of waiting. */
const WAITING_MAX = 2_000;

export function resilientDatabase<Handle extends Database>(
	database: Handle,
): Handle & { readonly circuit: Pick<Policy, "state"> } {
	const circuit = policy({
		isTransient: (error) => isDatabaseAway(error) && classifyFault(error) !== "poison",
		isAway: isDatabaseAway,
		atOnceMax: AT_ONCE_MAX,
		waitingMax: WAITING_MAX,
	});
	return {
		...database,
		query: (statement) => circuit.execute(() => database.query(statement)),
		circuit,
	};
}
