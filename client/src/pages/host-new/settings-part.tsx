/** Places, and who sees the results. */
import { useId } from "preact/hooks";
import type { ResultVisibility } from "../../../../schema/poll-words.ts";
import { hostNewTexts } from "../../i18n/texts/host-new.ts";
import { Field } from "../../ui/field.tsx";
import type { DraftStore } from "./draft-store.ts";
import { problemSentence } from "./problem-sentence.ts";
import "./settings-part.css";

export function SettingsPart({ store }: { readonly store: DraftStore }) {
	const t = hostNewTexts.value;
	const limits = store.limits.value;
	const { capacity } = store.draft.value;
	return (
		<section class="settings-part" aria-label={t.settings}>
			<Field
				label={t.capacity}
				hint={t.capacityHint(limits.capacityDefault, limits.capacityMax)}
				error={problemSentence(store.problems.value.get("capacity"), limits)}
			>
				{(control) => (
					<input
						{...control}
						class="input number"
						inputmode="numeric"
						autocomplete="off"
						value={capacity}
						placeholder={String(limits.capacityDefault)}
						onInput={(event) => store.change({ capacity: event.currentTarget.value })}
					/>
				)}
			</Field>
			<Visibility
				chosen={store.draft.value.results}
				onChoose={(results) => store.change({ results })}
			/>
		</section>
	);
}

interface VisibilityProps {
	readonly chosen: ResultVisibility;
	readonly onChoose: (results: ResultVisibility) => void;
}

function Visibility({ chosen, onChoose }: VisibilityProps) {
	const t = hostNewTexts.value;
	const name = useId();
	const choices: { value: ResultVisibility; label: string; hint: string }[] = [
		{ value: "live", label: t.resultsLive, hint: t.resultsLiveHint },
		{ value: "closed", label: t.resultsClosed, hint: t.resultsClosedHint },
		{ value: "host", label: t.resultsHost, hint: t.resultsHostHint },
	];
	return (
		<fieldset class="visibility">
			<legend class="field-label">{t.results}</legend>
			{choices.map(({ value, label, hint }) => (
				<div class="visibility-choice" key={value}>
					<input
						id={`${name}-${value}`}
						type="radio"
						name={name}
						checked={chosen === value}
						aria-describedby={`${name}-${value}-hint`}
						onChange={() => onChoose(value)}
					/>
					<label for={`${name}-${value}`}>{label}</label>
					<p class="field-hint" id={`${name}-${value}-hint`}>
						{hint}
					</p>
				</div>
			))}
		</fieldset>
	);
}
