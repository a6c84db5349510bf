/** A sentence that must not be missed, with a sign besides its colour. */
import type { ComponentChildren } from "preact";
import { CheckIcon, ClockIcon, CrossIcon } from "./icons.tsx";
import "./notice.css";

const icons = { good: CheckIcon, warn: ClockIcon, bad: CrossIcon };

export function Notice(props: {
	readonly tone: keyof typeof icons;
	readonly children: ComponentChildren;
}) {
	const Icon = icons[props.tone];
	return (
		<div class={`notice notice-${props.tone}`}>
			<Icon />
			<div>{props.children}</div>
		</div>
	);
}
