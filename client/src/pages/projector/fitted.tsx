/** A box of the size that is left; its content's `--fit` is the largest at which all of it is seen. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { largestFit } from "./fit.ts";

interface FittedProps {
	/** Whatever changes the room that the content needs. */
	readonly measure: string;
	readonly class?: string;
	readonly children: ComponentChildren;
}

const LEAST = 0.2;

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
	const set = (scale: number) => element.style.setProperty("--fit", String(scale));
	set(
		largestFit(LEAST, (scale) => {
			set(scale);
			return element.scrollHeight <= element.clientHeight + 1;
		}),
	);
}
