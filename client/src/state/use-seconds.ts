/** Whole seconds since a moment of `performance.now()`, counted while it is shown. */
import { useEffect, useState } from "preact/hooks";

export function useSeconds(since: number): number {
	const [now, setNow] = useState(() => performance.now());
	useEffect(() => {
		setNow(performance.now());
		const timer = setInterval(() => setNow(performance.now()), 1_000);
		return () => clearInterval(timer);
	}, [since]);
	return Math.max(0, Math.floor((now - since) / 1_000));
}
