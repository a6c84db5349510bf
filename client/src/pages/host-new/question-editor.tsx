/** One question being written: its prompt, how many may be chosen, and the options. */
import { useId } from "preact/hooks";
import type { Limits } from "../../../../schema/limits.ts";
import type { QuestionKind } from "../../../../schema/poll-words.ts";
import { hostNewTexts } from "../../i18n/texts/host-new.ts";
import { Field } from "../../ui/field.tsx";
import { Switch } from "../../ui/switch.tsx";
import type { DraftQuestion } from "./draft.ts";
import { maxChoicesOf } from "./draft-form.ts";
import { fields, type Problems } from "./draft-problems.ts";
import { OptionsEditor } from "./options-editor.tsx";
import { problemSentence } from "./problem-sentence.ts";
import "./question-editor.css";
import { TextLine } from "./text-line.tsx";

export interface QuestionEditorProps {
	readonly question: DraftQuestion;
	readonly problems: Problems;
	readonly limits: Limits;
	readonly onChange: (question: DraftQuestion) => void;
}

export function QuestionEditor({ question, problems, limits, onChange }: QuestionEditorProps) {
	const t = hostNewTexts.value;
	const field = fields.prompt(question);
	return (
		<div class="question-editor">
			<Field label={t.prompt} error={problemSentence(problems.get(field), limits, "prompt")}>
				{(control) => (
					<TextLine
						control={control}
						class="input-large"
						value={question.prompt}
						placeholder={t.promptPlaceholder}
						focusName={field}
						onChange={(prompt) => onChange({ ...question, prompt })}
					/>
				)}
			</Field>
			<OptionsEditor question={question} problems={problems} limits={limits} onChange={onChange} />
			<Choices question={question} onChange={onChange} />
		</div>
	);
}

function Choices({ question, onChange }: Pick<QuestionEditorProps, "question" | "onChange">) {
	const t = hostNewTexts.value;
	const id = useId();
	const kinds: { value: QuestionKind; label: string }[] = [
		{ value: "single", label: t.single },
		{ value: "multiple", label: t.multiple },
	];
	const filled = question.options.filter(({ label }) => label.trim() !== "").length;
	const steps = Array.from({ length: Math.max(0, filled - 2) }, (_, index) => index + 2);
	return (
		<div class="question-choices">
			<Switch
				label={t.kind}
				options={kinds}
				chosen={question.kind}
				onChoose={(kind) => onChange({ ...question, kind })}
			/>
			{question.kind === "multiple" && (
				<div class="question-max">
					<label for={id}>{t.maxChoices}</label>
					<select
						id={id}
						class="input"
						value={String(maxChoicesOf(question) ?? "")}
						onChange={({ currentTarget: { value } }) =>
							onChange({ ...question, maxChoices: value === "" ? undefined : Number(value) })
						}
					>
						<option value="">{t.anyNumber}</option>
						{steps.map((step) => (
							<option key={step} value={String(step)}>
								{t.upTo(step)}
							</option>
						))}
					</select>
				</div>
			)}
		</div>
	);
}
