/**
 * One screen of a page. When another one takes its place its heading gets the focus, so that
 * keyboard and screen reader go on from there; the first screen of a visit takes no focus.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./page.css";

interface ScreenProps {
	/** What makes it another screen: `vote:q3`. The same name again moves nothing. */
	readonly name: string;
	readonly heading: ComponentChildren;
	/** Small words above the heading. */
	readonly above?: ComponentChildren;
	/** A few words in the middle of the page, in large type. */
	readonly isQuiet?: boolean;
	readonly class?: string;
	readonly children?: ComponentChildren;
}

let lastName: string | undefined;

export function Screen(props: ScreenProps) {
	const { name, heading, above, isQuiet, class: more = "", children } = props;
	const title = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		const isFirst = lastName === undefined;
		const isSame = lastName === name;
		lastName = name;
		if (!isFirst && !isSame) title.current?.focus({ preventScroll: true });
		if (!isFirst && !isSame) scrollTo(0, 0);
	}, [name]);
	return (
		<section class={`screen ${isQuiet ? "screen-quiet" : ""} ${more}`}>
			{above}
			<h1 class="screen-heading" ref={title} tabIndex={-1} dir="auto">
				{heading}
			</h1>
			{children}
		</section>
	);
}
