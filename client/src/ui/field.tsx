/** A labelled control with its hint and, beside it, what is wrong with it. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./field.css";
import { CrossIcon } from "./icons.tsx";

/** To be spread on the input, select or textarea. */
export interface ControlProps {
	readonly id: string;
	readonly "aria-describedby": string | undefined;
	readonly "aria-invalid": "true" | undefined;
}

interface FieldProps {
	readonly label: string;
	readonly isLabelHidden?: boolean;
	readonly hint?: string | undefined;
	/** A sentence; `undefined` while nothing is wrong. */
	readonly error?: string | undefined;
	readonly children: (control: ControlProps) => ComponentChildren;
}

export function Field({ label, isLabelHidden, hint, error, children }: FieldProps) {
	const id = useId();
	const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
	return (
		<div class="field">
			<label class={isLabelHidden ? "visually-hidden" : "field-label"} for={id}>
				{label}
			</label>
			{children({
				id,
				"aria-describedby": described === "" ? undefined : described,
				"aria-invalid": error === undefined ? undefined : "true",
			})}
			{hint && (
				<p class="field-hint" id={`${id}-hint`}>
					{hint}
				</p>
			)}
			<div aria-live="polite">
				{error && (
					<p class="field-error" id={`${id}-error`}>
						<CrossIcon />
						{error}
					</p>
				)}
			</div>
		</div>
	);
}
