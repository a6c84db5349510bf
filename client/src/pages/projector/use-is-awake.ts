/** True while somebody uses pointer or keyboard, and a little longer. */
import { useEffect, useState } from "preact/hooks";

const AWAKE_MS = 3_000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

export function useIsAwake(): boolean {
	const [isAwake, setAwake] = useState(false);
	useEffect(() => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const wake = (event: Event) => {
			// The heading takes the focus by itself on each new screen: nobody has touched anything.
			if (event.type === "focusin" && !isFocusSeen(event.target)) return;
			setAwake(true);
			clearTimeout(timer);
			timer = setTimeout(() => setAwake(false), AWAKE_MS);
		};
		for (const sign of SIGNS) addEventListener(sign, wake, { passive: true });
		return () => {
			for (const sign of SIGNS) removeEventListener(sign, wake);
			clearTimeout(timer);
		};
	}, []);
	return isAwake;
}

function isFocusSeen(target: EventTarget | null): boolean {
	return target instanceof Element && target.closest("h1") === null;
}
