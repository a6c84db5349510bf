/** Whoever wants to be told, in the order in which they asked. */
export interface Listeners<Value> {
	/** Returns its removal. */
	add(listener: (value: Value) => void): () => void;
	tell(value: Value): void;
}

export function listeners<Value>(): Listeners<Value> {
	const all = new Set<(value: Value) => void>();
	return {
		add(listener) {
			// A function of its own each time: the same listener may be added twice.
			const own = (value: Value) => listener(value);
			all.add(own);
			return () => void all.delete(own);
		},
		tell(value) {
			for (const listener of [...all]) callSafely(() => listener(value));
		},
	};
}

/** A page's mistake surfaces as an uncaught error; it does not stop the session in its tracks. */
function callSafely(call: () => void): void {
	try {
		call();
	} catch (error) {
		queueMicrotask(() => {
			throw error;
		});
	}
}
