/**
 * A box of the size that is left; its content's `--fit` is the largest at which all of it is seen.
 * `data-lines` on it: its labels are cut after so many lines, for they would not be readable whole.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Fit, readableFit } from "./fit.ts";

interface FittedProps {
	/** Whatever changes the room that the content needs. */
	readonly measure: string;
	readonly class?: string;
	readonly children: ComponentChildren;
}

export function Fitted({ measure, class: more = "", children }: FittedProps) {
	const box = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		const element = box.current;
		if (element === null) return undefined;
		// Told at once and on each change of size; what it sets changes no size of the box.
		const observer = new ResizeObserver(() => shrink(element));
		observer.observe(element);
		shrink(element);
		return () => observer.disconnect();
	}, [measure]);
	return (
		<div class={`fitted ${more}`} ref={box}>
			{children}
		</div>
	);
}

function shrink(element: HTMLElement): void {
	readableFit(({ scale, lines }: Fit) => {
		element.style.setProperty("--fit", String(scale));
		if (lines === undefined) element.removeAttribute("data-lines");
		else element.setAttribute("data-lines", String(lines));
		return element.scrollHeight <= element.clientHeight + 1;
	});
}
