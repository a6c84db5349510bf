/** Keeps the screen from going dark, where the browser can. */
import { useEffect } from "preact/hooks";

export function useWakeLock(): void {
	useEffect(() => {
		let lock: WakeLockSentinel | undefined;
		let isOver = false;
		// The browser takes the lock away whenever the page is hidden.
		const take = async () => {
			if (document.visibilityState !== "visible") return;
			try {
				const taken = await navigator.wakeLock?.request("screen");
				if (isOver) void taken?.release();
				else lock = taken;
			} catch {
				// Refused, as on a low battery: the screen then does what its owner has set.
			}
		};
		const retake = () => void take();
		retake();
		document.addEventListener("visibilitychange", retake);
		return () => {
			isOver = true;
			document.removeEventListener("visibilitychange", retake);
			void lock?.release();
		};
	}, []);
}
