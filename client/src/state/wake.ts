/** Calls back when the device or its network has come back, or the page is looked at again. */
export function onWake(wake: () => void): () => void {
	const seen = () => {
		if (document.visibilityState === "visible") wake();
	};
	document.addEventListener("visibilitychange", seen);
	addEventListener("pageshow", seen);
	addEventListener("online", wake);
	return () => {
		document.removeEventListener("visibilitychange", seen);
		removeEventListener("pageshow", seen);
		removeEventListener("online", wake);
	};
}
