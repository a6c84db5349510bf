/** All questions of the draft, each a card that can be moved and removed. */
import { useRef, useState } from "preact/hooks";
import { hostNewTexts } from "../../i18n/texts/host-new.ts";
import { announce } from "../../state/announcer.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { PlusIcon } from "../../ui/icons.tsx";
import { type DraftQuestion, emptyQuestion, freeKey, isBlankQuestion, moved } from "./draft.ts";
import { fields } from "./draft-problems.ts";
import type { DraftStore } from "./draft-store.ts";
import { focusNow, useFocusOn } from "./focus-on.ts";
import { DragGrip, MoveButtons } from "./move-buttons.tsx";
import { QuestionEditor } from "./question-editor.tsx";
import "./question-list.css";
import { useSortable } from "./sortable.ts";

const ADD = "questions.add";

export function QuestionList({ store }: { readonly store: DraftStore }) {
	const t = hostNewTexts.value;
	const { questions } = store.draft.value;
	const limits = store.limits.value;
	const focusOn = useFocusOn();
	const [asking, setAsking] = useState<DraftQuestion | undefined>(undefined);
	/** Where the focus goes once the dialog has closed: until then it cannot leave it. */
	const afterwards = useRef<string | undefined>(undefined);
	const sortable = useSortable(
		questions.map(({ key }) => key),
		(from, to) => store.change({ questions: moved(questions, from, to) }),
	);

	const add = () => {
		const question = emptyQuestion(freeKey(questions));
		store.change({ questions: [...questions, question] });
		focusOn(fields.prompt(question));
	};
	const remove = (question: DraftQuestion) => {
		const index = questions.indexOf(question);
		const next = questions.filter((it) => it !== question);
		setAsking(undefined);
		store.change({ questions: next });
		const neighbour = next[Math.min(index, next.length - 1)];
		const name = neighbour === undefined ? ADD : fields.prompt(neighbour);
		if (asking === undefined) focusOn(name);
		else afterwards.current = name;
		announce(t.removedQuestion);
	};
	const move = (question: DraftQuestion, to: number) => {
		const from = questions.indexOf(question);
		store.change({ questions: moved(questions, from, to) });
		focusOn(`${fields.question(question)}.${to < from ? "up" : "down"}`);
		announce(t.movedTo(to + 1, questions.length));
	};
	return (
		<section class="question-list" aria-label={t.questions}>
			<ol class="question-cards">
				{questions.map((question, index) => (
					<li
						key={question.key}
						class={`question-card ${sortable.dragged === question.key ? "is-dragged" : ""}`}
						data-item
					>
						<div class="question-head">
							{questions.length > 1 && <DragGrip onPointerDown={sortable.grab(question.key)} />}
							<h2>{t.question(index + 1)}</h2>
							<MoveButtons
								index={index}
								count={questions.length}
								focusName={fields.question(question)}
								words={{
									up: t.questionUp(index + 1),
									down: t.questionDown(index + 1),
									remove: t.removeQuestion(index + 1),
								}}
								onMove={(to) => move(question, to)}
								onRemove={
									questions.length > 1
										? () => (isBlankQuestion(question) ? remove(question) : setAsking(question))
										: undefined
								}
							/>
						</div>
						<QuestionEditor
							question={question}
							problems={store.problems.value}
							limits={limits}
							onChange={(next) => store.changeQuestion(next)}
						/>
					</li>
				))}
			</ol>
			{questions.length < limits.questionsMax ? (
				<Button data-focus={ADD} onClick={add}>
					<PlusIcon />
					{t.addQuestion}
				</Button>
			) : (
				<p class="field-hint">{t.questionsFull(limits.questionsMax)}</p>
			)}
			<ConfirmDialog
				isOpen={asking !== undefined}
				title={asking === undefined ? "" : t.removeAsk(questions.indexOf(asking) + 1)}
				confirm={t.removeDo}
				isDangerous
				onCancel={() => {
					setAsking(undefined);
					if (afterwards.current !== undefined) focusNow(afterwards.current);
					afterwards.current = undefined;
				}}
				onConfirm={() => asking !== undefined && remove(asking)}
			>
				<bdi>{asking?.prompt}</bdi>
			</ConfirmDialog>
		</section>
	);
}
