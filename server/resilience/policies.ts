/**
 * How a call that may be repeated is made to a dependency: a few at once, tried again when it
 * failed in passing, and not at all while the dependency is known to be down.
 */
import {
	BrokenCircuitError,
	BulkheadRejectedError,
	bulkhead,
	CircuitState,
	ConsecutiveBreaker,
	circuitBreaker,
	ExponentialBackoff,
	handleWhen,
	retry,
	wrap,
} from "cockatiel";

export interface Policy {
	/** Rejects as `call` does, or with an error that `isTurnedAway` knows. `call` may run several times. */
	execute<Result>(call: () => Promise<Result>): Promise<Result>;
	readonly state: "closed" | "half-open" | "open";
}

export interface PolicyOptions {
	/** Worth another try: the dependency did not do it, and may in a moment. */
	readonly isTransient: (error: unknown) => boolean;
	/** The dependency does not answer at all. */
	readonly isAway: (error: unknown) => boolean;
	/** Calls under way, retries included; as many as the dependency serves at once, and some that wait there. */
	readonly atOnceMax: number;
	/** Calls that wait behind them. */
	readonly waitingMax: number;
}

/** Two more tries within about half a second: what takes longer is for the caller to repeat. */
const RETRIES = 2;
/** Since the first: a dependency that says nothing has its time-out each time. */
const RETRY_WITHIN_MS = 1_000;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 400;
/** So many failures in a row are no accident. */
const FAILURES_TO_OPEN = 5;
/** A dependency that is back is noticed this soon; until then each caller is answered at once. */
const HALF_OPEN_AFTER_MS = 1_000;

export function policy({ isTransient, isAway, atOnceMax, waitingMax }: PolicyOptions): Policy {
	const breaker = circuitBreaker(handleWhen(isAway), {
		halfOpenAfter: HALF_OPEN_AFTER_MS,
		breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
	});
	const late = new WeakSet<Error>();
	const again = retry(
		handleWhen((error) => isTransient(error) && !isTurnedAway(error) && !late.has(error)),
		{
			maxAttempts: RETRIES,
			backoff: new ExponentialBackoff({ initialDelay: RETRY_FIRST_MS, maxDelay: RETRY_MAX_MS }),
		},
	);
	// Outermost first: a retry keeps its place, and each of its tries counts for the circuit.
	const whole = wrap(bulkhead(atOnceMax, waitingMax), again, breaker);
	return {
		execute(call) {
			let until = Number.POSITIVE_INFINITY;
			return whole.execute(() => {
				until = Math.min(until, performance.now() + RETRY_WITHIN_MS);
				return call().catch((error) => {
					if (error instanceof Error && performance.now() > until) late.add(error);
					throw error;
				});
			});
		},
		get state() {
			if (breaker.state === CircuitState.Closed) return "closed";
			return breaker.state === CircuitState.HalfOpen ? "half-open" : "open";
		},
	};
}

/** True for a call that was not made, because the dependency is down or too many wait for it. */
export function isTurnedAway(error: unknown): boolean {
	return error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError;
}
