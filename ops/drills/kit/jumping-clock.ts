/**
 * The environment of a process whose wall clock jumps by an hour, forth and back, every few seconds.
 * Replaces `Date` before anything else is loaded; monotonic time and timers go on as they are.
 */
const JUMP_EVERY_MS = 5_000;
const HOUR_MS = 3_600_000;

export function jumpingClock(): NodeJS.ProcessEnv {
	const script = `
const real = Date;
const offsets = [0, ${HOUR_MS}, ${-HOUR_MS}];
const now = () => real.now() + offsets[Math.floor(performance.now() / ${JUMP_EVERY_MS}) % 3];
globalThis.Date = new Proxy(real, {
	construct: (target, args, as) => Reflect.construct(target, args.length ? args : [now()], as === globalThis.Date ? target : as),
	apply: () => new real(now()).toString(),
	get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});`;
	return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
