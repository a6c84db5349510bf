/** Follows something that changes often, at most once a frame: the newest value is what counts. */
import { type ReadonlySignal, signal } from "@preact/signals";

export interface FrameSignal<Value> {
	readonly value: ReadonlySignal<Value>;
	stop(): void;
}

/**
 * @param read the value as it is now.
 * @param listen is told on every change; returns its removal.
 */
export function frameSignal<Value>(
	read: () => Value,
	listen: (changed: () => void) => () => void,
): FrameSignal<Value> {
	const value = signal(read());
	let frame: number | undefined;
	// In a hidden tab no frame comes: it catches up with the newest value once it is looked at.
	const stopListening = listen(() => {
		frame ??= requestAnimationFrame(() => {
			frame = undefined;
			value.value = read();
		});
	});
	return {
		value,
		stop() {
			stopListening();
			if (frame !== undefined) cancelAnimationFrame(frame);
		},
	};
}
