/** Up, down and away, for whatever stands in a row with others. */
import { Button } from "../../ui/button.tsx";
import { CrossIcon } from "../../ui/icons.tsx";
import "./move-buttons.css";

interface MoveButtonsProps {
	readonly index: number;
	readonly count: number;
	/** See `useFocusOn`; `.up`, `.down` and `.remove` follow. */
	readonly focusName: string;
	readonly words: { readonly up: string; readonly down: string; readonly remove: string };
	readonly onMove: (to: number) => void;
	/** Not offered where nothing may be removed. */
	readonly onRemove?: (() => void) | undefined;
}

export function MoveButtons(props: MoveButtonsProps) {
	const { index, count, focusName, words, onMove, onRemove } = props;
	return (
		<div class="move-buttons">
			{count > 1 && (
				<span class="move-steps">
					<Step
						label={words.up}
						name={`${focusName}.up`}
						isUp
						isPossible={index > 0}
						onStep={() => onMove(index - 1)}
					/>
					<Step
						label={words.down}
						name={`${focusName}.down`}
						isPossible={index < count - 1}
						onStep={() => onMove(index + 1)}
					/>
				</span>
			)}
			{onRemove !== undefined && (
				<Button
					look="quiet"
					icon
					aria-label={words.remove}
					title={words.remove}
					data-focus={`${focusName}.remove`}
					onClick={onRemove}
				>
					<CrossIcon />
				</Button>
			)}
		</div>
	);
}

interface StepProps {
	readonly label: string;
	readonly name: string;
	readonly isUp?: boolean;
	readonly isPossible: boolean;
	readonly onStep: () => void;
}

/** Stays focusable at the end of the row: the focus must not be lost on the way. */
function Step({ label, name, isUp, isPossible, onStep }: StepProps) {
	return (
		<Button
			look="quiet"
			icon
			class={isPossible ? "" : "is-at-end"}
			aria-label={label}
			aria-disabled={!isPossible}
			title={label}
			data-focus={name}
			onClick={() => isPossible && onStep()}
		>
			<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
				<path
					d={isUp ? "M12 19V6M6 11l6-6 6 6" : "M12 5v13M6 13l6 6 6-6"}
					fill="none"
					stroke="currentColor"
					stroke-width="2.2"
					stroke-linecap="round"
					stroke-linejoin="round"
				/>
			</svg>
		</Button>
	);
}

/** What a drag takes hold of. For the pointer only. */
export function DragGrip({ onPointerDown }: { onPointerDown: (event: PointerEvent) => void }) {
	return (
		<span class="drag-grip" aria-hidden="true" onPointerDown={onPointerDown}>
			<svg viewBox="0 0 10 16" width="10" height="16" aria-hidden="true">
				{[2, 8, 14].flatMap((y) =>
					[2, 8].map((x) => <circle key={`${x} ${y}`} cx={x} cy={y} r="1.6" />),
				)}
			</svg>
		</span>
	);
}
