/** A field for one line of text that grows to show all of it. */
import type { ControlProps } from "../../ui/field.tsx";
import { asOneLine } from "./draft.ts";
import "./text-line.css";

interface TextLineProps {
	readonly control: ControlProps;
	readonly value: string;
	readonly onChange: (value: string) => void;
	readonly placeholder?: string;
	readonly class?: string;
	/** See `useFocusOn`. */
	readonly focusName?: string;
	readonly onEnter?: () => void;
	/** Backspace where nothing is left. */
	readonly onEmptyBackspace?: () => void;
	/** True when the text was taken over from here. */
	readonly onPaste?: (text: string) => boolean;
}

export function TextLine(props: TextLineProps) {
	const { control, value, onChange, onEnter, onEmptyBackspace, onPaste } = props;
	const keyDown = (event: KeyboardEvent) => {
		if (event.isComposing) return;
		if (event.key === "Enter") {
			event.preventDefault();
			onEnter?.();
		}
		if (event.key === "Backspace" && value === "" && onEmptyBackspace !== undefined) {
			event.preventDefault();
			onEmptyBackspace();
		}
	};
	const paste = (event: ClipboardEvent) => {
		if (onPaste?.(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
	};
	return (
		<textarea
			{...control}
			class={`input text-line ${props.class ?? ""}`}
			rows={1}
			value={value}
			placeholder={props.placeholder}
			data-focus={props.focusName}
			onInput={(event) => onChange(asOneLine(event.currentTarget.value))}
			onKeyDown={keyDown}
			onPaste={paste}
			autocomplete="off"
			enterkeyhint="next"
			dir="auto"
		/>
	);
}
