/**
 * Reordering by drag, for mouse, pen and finger alike: the item follows its grip from place to
 * place. The keyboard has buttons beside it.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { placeAt } from "./place-at.ts";

export interface Sortable {
	/** Key of the item that is being dragged. */
	readonly dragged: number | undefined;
	/** For the pointer going down on the grip of the item with this key. */
	readonly grab: (key: number) => (event: PointerEvent) => void;
}

/**
 * @param keys in their present order; each item carries `data-item`, within one parent.
 * @param onMove from where to where, while it is being dragged.
 */
export function useSortable(
	keys: readonly number[],
	onMove: (from: number, to: number) => void,
): Sortable {
	const [dragged, setDragged] = useState<number | undefined>(undefined);
	const list = useRef<Element | null>(null);
	const latest = useRef({ keys, onMove });
	latest.current = { keys, onMove };

	useEffect(() => {
		if (dragged === undefined) return undefined;
		const move = ({ clientY }: PointerEvent) => {
			if (list.current === null) return;
			const from = latest.current.keys.indexOf(dragged);
			const to = placeAt(clientY, middlesOf(list.current), from);
			if (to !== from) latest.current.onMove(from, to);
		};
		const end = () => setDragged(undefined);
		// On the window: the grip itself leaves the page for a moment whenever its item moves.
		addEventListener("pointermove", move);
		addEventListener("pointerup", end);
		addEventListener("pointercancel", end);
		return () => {
			removeEventListener("pointermove", move);
			removeEventListener("pointerup", end);
			removeEventListener("pointercancel", end);
		};
	}, [dragged]);

	const grab = (key: number) => (event: PointerEvent) => {
		if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
		event.preventDefault();
		list.current = event.currentTarget.closest("[data-item]")?.parentElement ?? null;
		setDragged(key);
	};
	return { dragged, grab };
}

function middlesOf(list: Element): number[] {
	const items = [...list.children].filter((child) => child.hasAttribute("data-item"));
	return items.map((item) => {
		const { top, height } = item.getBoundingClientRect();
		return top + height / 2;
	});
}
