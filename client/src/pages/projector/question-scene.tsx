/** The question that the host shows: its options while it waits, then the bars or the turnout. */
import { useEffect, useRef } from "preact/hooks";
import { projectorTexts } from "../../i18n/texts/projector.ts";
import { sharedTexts } from "../../i18n/texts/shared.ts";
import type { PollSnapshot, QuestionSnapshot } from "../../session/view.ts";
import { announce } from "../../state/announcer.ts";
import type { LinkStatus } from "../../state/link-status.ts";
import { ClockIcon, LockIcon } from "../../ui/icons.tsx";
import { Screen } from "../../ui/screen.tsx";
import { Fitted } from "./fitted.tsx";
import "./question-scene.css";
import { promptSize } from "./prompt-size.ts";
import { turnout } from "./scene.ts";
import { digits, WallOptions, WallTally } from "./wall-tally.tsx";
import { WayIn } from "./way-in.tsx";

interface QuestionSceneProps {
	readonly snapshot: PollSnapshot;
	readonly question: QuestionSnapshot;
	/** From 1. */
	readonly number: number;
	readonly link: LinkStatus;
}

export function QuestionScene(props: QuestionSceneProps) {
	const { snapshot, question, link } = props;
	useStatusSaid(question);
	const { status, counts } = question;
	const isShown = status !== "waiting" && counts.length > 0;
	return (
		<div class="stage">
			<Screen
				name={`projector:${question.id}`}
				heading={question.prompt}
				above={<Meta {...props} />}
				class={`stage-screen prompt-${promptSize(question.prompt, question.options)}`}
			>
				<Fitted
					class="stage-fitted"
					measure={`${question.id} ${status} ${isShown} ${digits(question)} ${question.options.length}`}
				>
					{isShown ? <WallTally question={question} /> : <WallOptions options={question.options} />}
				</Fitted>
				{!isShown && status !== "waiting" && (
					<Turnout question={question} joined={snapshot.participants} />
				)}
			</Screen>
			<WayIn snapshot={snapshot} link={link} />
		</div>
	);
}

function Meta({ snapshot, question, number }: QuestionSceneProps) {
	const t = projectorTexts.value;
	const { status, ballots } = question;
	const total = snapshot.questions.length;
	return (
		<div class="stage-meta">
			<span class={`stage-status stage-${status}`}>
				{status === "waiting" && <ClockIcon />}
				{status === "closed" && <LockIcon />}
				{t[status]}
			</span>
			{status !== "waiting" && question.counts.length > 0 && (
				<span class="number">
					{status === "open"
						? t.votedOf(ballots, snapshot.participants)
						: sharedTexts.value.people(ballots)}
				</span>
			)}
			{status !== "closed" && question.kind === "multiple" && <span>{howMany(question)}</span>}
			{total > 1 && <span class="number">{t.questionOf(number, total)}</span>}
		</div>
	);
}

/** While nobody is to see the result, the wall shows how far it has come. */
function Turnout(props: { readonly question: QuestionSnapshot; readonly joined: number }) {
	const t = projectorTexts.value;
	const { ballots, status } = props.question;
	return (
		<div class="turnout">
			<p class="turnout-words">
				<b class="number">{t.votedOf(ballots, props.joined)}</b>
				<span class="soft">{status === "open" ? t.resultLater : t.resultHidden}</span>
			</p>
			<div class="turnout-track" aria-hidden="true">
				<div class="turnout-fill" style={{ "--share": String(turnout(ballots, props.joined)) }} />
			</div>
		</div>
	);
}

/** A change of the question's state is read out once; the question itself by its heading. */
function useStatusSaid({ id, status }: QuestionSnapshot): void {
	const before = useRef({ id, status });
	useEffect(() => {
		const { id: shown, status: known } = before.current;
		before.current = { id, status };
		if (shown === id && known !== status) announce(`${projectorTexts.value[status]}.`);
	}, [id, status]);
}

function howMany({ maxChoices, options }: QuestionSnapshot): string {
	const t = projectorTexts.value;
	return maxChoices >= options.length ? t.chooseAny : t.chooseSome(maxChoices);
}
