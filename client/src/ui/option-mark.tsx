/** The sign of an option: its letter on its hue, the same on phone, projector and results. */
import "./bars.css";
import { CheckIcon } from "./icons.tsx";
import { optionLetter } from "./option-letter.ts";

/** Class that gives an element `--hue` and `--pattern` of the option. */
export function hueClass(index: number): string {
	return `hue-${index % 10}`;
}

export function OptionMark({ index, isChosen }: { index: number; isChosen?: boolean }) {
	return (
		<span class={`option-mark ${hueClass(index)}`} aria-hidden="true">
			{isChosen ? <CheckIcon /> : optionLetter(index)}
		</span>
	);
}
