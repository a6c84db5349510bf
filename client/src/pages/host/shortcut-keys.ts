/** Which key does what. */
export type Shortcut = "next" | "toggle" | "down" | "up" | "code" | "projector" | "help";

export const shortcutKeys: { readonly [Name in Shortcut]: string } = {
	next: "N",
	toggle: "O",
	down: "J",
	up: "K",
	code: "Q",
	projector: "F",
	help: "?",
};

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat">;

/** `undefined` for any other key, and for those with Ctrl, Alt or ⌘: they belong to the browser. */
export function shortcutOf({ key, ctrlKey, metaKey, altKey, repeat }: Press): Shortcut | undefined {
	if (ctrlKey || metaKey || repeat || (altKey && key !== "?")) return undefined;
	const pressed = key.toUpperCase();
	const names = Object.keys(shortcutKeys) as Shortcut[];
	return names.find((name) => shortcutKeys[name] === pressed);
}
