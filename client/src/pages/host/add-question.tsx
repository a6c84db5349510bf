/** Adds a question while the poll runs, written as in a new poll. What was written stays until it is added. */
import { useState } from "preact/hooks";
import { defaultLimits } from "../../../../schema/limits.ts";
import { hostTexts } from "../../i18n/texts/host.ts";
import { sharedTexts } from "../../i18n/texts/shared.ts";
import { announce } from "../../state/announcer.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/confirm-dialog.tsx";
import { PlusIcon } from "../../ui/icons.tsx";
import { type DraftQuestion, emptyQuestion } from "../host-new/draft.ts";
import { questionInputOf } from "../host-new/draft-form.ts";
import { noProblems, questionProblems } from "../host-new/draft-problems.ts";
import { QuestionEditor } from "../host-new/question-editor.tsx";
import "./add-question.css";
import { CommandNote } from "./command-note.tsx";
import type { HostStore } from "./host-store.ts";

export function AddQuestion({ host }: { readonly host: HostStore }) {
	const t = hostTexts.value;
	const [isOpen, setOpen] = useState(false);
	const [question, setQuestion] = useState<DraftQuestion>(emptyQuestion(1));
	const [isChecked, setChecked] = useState(false);
	const { status, questions } = host.poll.snapshot.value;
	if (status === "closed" || questions.length >= defaultLimits.questionsMax) return null;
	const isPending = host.commands.isPending("add");

	const add = async (event: Event) => {
		event.preventDefault();
		setChecked(true);
		if (questionProblems(question).size > 0) return requestAnimationFrame(focusOnProblem);
		if (!(await host.add(questionInputOf(question)))) return undefined;
		setOpen(false);
		setQuestion(emptyQuestion(1));
		setChecked(false);
		announce(t.added);
		return undefined;
	};
	return (
		<>
			<Button onClick={() => setOpen(true)}>
				<PlusIcon />
				{t.addQuestion}
			</Button>
			<Dialog isOpen={isOpen} title={t.addQuestion} onClose={() => setOpen(false)}>
				<form class="add-question stack-l" onSubmit={(event) => void add(event)} noValidate>
					<QuestionEditor
						question={question}
						problems={isChecked ? questionProblems(question) : noProblems}
						limits={defaultLimits}
						onChange={(next) => {
							setQuestion(next);
							host.commands.forget("add");
						}}
					/>
					<CommandNote host={host} names={["add"]} />
					<div class="dialog-actions">
						<Button onClick={() => setOpen(false)}>{sharedTexts.value.cancel}</Button>
						<Button type="submit" look="primary" aria-disabled={isPending}>
							{isPending ? t.adding : t.addDo}
						</Button>
					</div>
				</form>
			</Dialog>
		</>
	);
}

function focusOnProblem(): void {
	document.querySelector<HTMLElement>('.add-question [aria-invalid="true"]')?.focus();
}
