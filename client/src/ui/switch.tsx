/** One of a few, all in sight: radio buttons that look like one control. */
import { useId } from "preact/hooks";

interface SwitchProps<Value extends string> {
	readonly label: string;
	readonly options: readonly { readonly value: Value; readonly label: string }[];
	readonly chosen: Value;
	readonly onChoose: (value: Value) => void;
}

export function Switch<Value extends string>(props: SwitchProps<Value>) {
	const { label, options, chosen, onChoose } = props;
	const name = useId();
	return (
		<fieldset class="switch">
			<legend>{label}</legend>
			<div class="switch-options">
				{options.map((option) => (
					<label class="switch-option" key={option.value}>
						<input
							type="radio"
							name={name}
							checked={option.value === chosen}
							onChange={() => onChoose(option.value)}
						/>
						<span>{option.label}</span>
					</label>
				))}
			</div>
		</fieldset>
	);
}
