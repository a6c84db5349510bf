import type { Timers } from "./timers.ts";

/** A promise that is settled from outside; an unheard rejection is nobody's fault. */
export class Deferred<Value> {
	readonly promise: Promise<Value>;
	resolve!: (value: Value) => void;
	reject!: (cause: unknown) => void;

	constructor() {
		this.promise = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
		this.promise.catch(() => {});
	}
}

/** The value, or what `late` makes of it after `ms`; what then still comes is ignored. */
export function within<Value, Late>(
	ms: number,
	timers: Timers,
	value: Value | Promise<Value>,
	late: () => Late,
): Promise<Value | Late> {
	if (!(value instanceof Promise)) return Promise.resolve(value);
	return new Promise((resolve, reject) => {
		const cancel = timers.after(ms, () => {
			try {
				resolve(late());
			} catch (cause) {
				reject(cause);
			}
		});
		value.then(resolve, reject).finally(cancel);
	});
}
