/** The options of a question: typed one by one, or pasted as a list; Enter goes to the next. */

import { useState } from "preact/hooks";
import type { Limits } from "../../../../schema/limits.ts";
import { hostNewTexts } from "../../i18n/texts/host-new.ts";
import { announce } from "../../state/announcer.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { CrossIcon, PlusIcon } from "../../ui/icons.tsx";
import { OptionMark } from "../../ui/option-mark.tsx";
import { type DraftOption, listLines, moved, withOptionAfter, withPasted } from "./draft.ts";
import { fields } from "./draft-problems.ts";
import { useFocusOn } from "./focus-on.ts";
import { DragGrip, MoveButtons } from "./move-buttons.tsx";
import "./options-editor.css";
import { problemSentence } from "./problem-sentence.ts";
import type { QuestionEditorProps } from "./question-editor.tsx";
import { useSortable } from "./sortable.ts";
import { TextLine } from "./text-line.tsx";

export function OptionsEditor({ question, problems, limits, onChange }: QuestionEditorProps) {
	const t = hostNewTexts.value;
	const { options } = question;
	const [note, setNote] = useState("");
	const focusOn = useFocusOn();
	const isFull = options.length >= limits.optionsMax;
	const nameOf = (option: DraftOption | undefined) =>
		option === undefined ? `${fields.question(question)}.add` : fields.option(question, option);
	const setOptions = (next: readonly DraftOption[]) => onChange({ ...question, options: next });
	const sortable = useSortable(
		options.map(({ key }) => key),
		(from, to) => setOptions(moved(options, from, to)),
	);

	const addAfter = (index: number) => {
		if (isFull) return;
		const next = withOptionAfter(question, index);
		onChange(next);
		focusOn(nameOf(next.options[index + 1]));
	};
	const goOn = (index: number) => {
		const next = options[index + 1];
		if (next === undefined) return addAfter(index);
		focusOn(nameOf(next));
		setNote("");
		onChange({ ...question });
	};
	const move = (from: number, to: number, name: string) => {
		setOptions(moved(options, from, to));
		focusOn(`${name}.${to < from ? "up" : "down"}`);
		announce(t.movedTo(to + 1, options.length));
	};
	const remove = (index: number) => {
		const next = options.filter((_, at) => at !== index);
		setOptions(next);
		setNote("");
		focusOn(nameOf(next[Math.min(index, next.length - 1)]));
		announce(t.removedOption);
	};
	const paste = (index: number, text: string) => {
		const lines = listLines(text);
		if (lines === undefined) return false;
		const { question: next, last, left } = withPasted(question, index, lines, limits);
		onChange(next);
		focusOn(nameOf(next.options[last]));
		const words =
			left > 0 ? `${t.pasted(lines.length - left)} ${t.pastedLeft(left)}` : t.pasted(lines.length);
		setNote(left > 0 ? words : "");
		announce(words);
		return true;
	};
	const own = problems.get(fields.question(question));
	return (
		<fieldset class="options-editor">
			<legend class="field-label">{t.options}</legend>
			<ul class="options-list">
				{options.map((option, index) => {
					const name = nameOf(option);
					return (
						<li
							key={option.key}
							class={`option-row ${sortable.dragged === option.key ? "is-dragged" : ""}`}
							data-item
						>
							<DragGrip onPointerDown={sortable.grab(option.key)} />
							<OptionMark index={index} />
							<Field
								label={t.option(index + 1)}
								isLabelHidden
								error={problemSentence(problems.get(name), limits, "option")}
							>
								{(control) => (
									<TextLine
										control={control}
										value={option.label}
										focusName={name}
										onChange={(label) =>
											setOptions(options.map((it) => (it === option ? { ...it, label } : it)))
										}
										onEnter={() => goOn(index)}
										{...(options.length > limits.optionsMin && {
											onEmptyBackspace: () => remove(index),
										})}
										onPaste={(text) => paste(index, text)}
									/>
								)}
							</Field>
							<MoveButtons
								index={index}
								count={options.length}
								focusName={name}
								words={{
									up: t.optionUp(index + 1),
									down: t.optionDown(index + 1),
									remove: t.removeOption(index + 1),
								}}
								onMove={(to) => move(index, to, name)}
								onRemove={options.length > limits.optionsMin ? () => remove(index) : undefined}
							/>
						</li>
					);
				})}
			</ul>
			<OptionsFoot
				name={nameOf(undefined)}
				limits={limits}
				isFull={isFull}
				note={note}
				error={problemSentence(own, limits)}
				onAdd={() => addAfter(options.length - 1)}
			/>
		</fieldset>
	);
}

interface OptionsFootProps {
	readonly name: string;
	readonly limits: Limits;
	readonly isFull: boolean;
	readonly note: string;
	readonly error: string | undefined;
	readonly onAdd: () => void;
}

function OptionsFoot({ name, limits, isFull, note, error, onAdd }: OptionsFootProps) {
	const t = hostNewTexts.value;
	return (
		<div class="options-foot">
			{error !== undefined && (
				<p class="field-error">
					<CrossIcon />
					{error}
				</p>
			)}
			{!isFull && (
				<Button look="quiet" data-focus={name} onClick={onAdd}>
					<PlusIcon />
					{t.addOption}
				</Button>
			)}
			<p class="field-hint">{note || (isFull ? t.optionsFull(limits.optionsMax) : t.pasteHint)}</p>
		</div>
	);
}
