/** The question that the host looks at: its state, what can be done with it, and its numbers. */
import { hostTexts } from "../../i18n/texts/host.ts";
import type { QuestionSnapshot } from "../../session/view.ts";
import { pathTo } from "../../state/router.ts";
import { Bars } from "../../ui/bars.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { LockIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import type { HostStore } from "./host-store.ts";
import { isHidden } from "./next-step.ts";
import { QuestionStatusWord } from "./question-status.tsx";
import { StageControls } from "./stage-controls.tsx";
import "./stage.css";

export function Stage({ host }: { readonly host: HostStore }) {
	const t = hostTexts.value;
	const poll = host.poll.snapshot.value;
	const { value: question } = host.selected;
	if (question === undefined) return <Screen name="host" heading={poll.title} class="stage" />;
	const number = poll.questions.indexOf(question) + 1;
	return (
		<Screen
			name="host"
			heading={question.prompt}
			class="stage"
			above={
				<div class="stage-above">
					<span>{t.questionOf(number, poll.questions.length)}</span>
					<QuestionStatusWord status={question.status} />
					<span>{question.kind === "single" ? t.single : t.several(question.maxChoices)}</span>
				</div>
			}
		>
			{poll.status === "closed" ? (
				<Ended code={poll.code} />
			) : (
				<StageControls host={host} question={question} />
			)}
			<div class="stage-bars-box">
				<Bars
					prompt={question.prompt}
					options={question.options}
					counts={question.hostCounts ?? question.counts}
					ballots={question.ballots}
					class="stage-bars"
				/>
			</div>
			{isHidden(question) && <HiddenNote host={host} question={question} />}
		</Screen>
	);
}

function Ended({ code }: { readonly code: string }) {
	const t = hostTexts.value;
	return (
		<Notice tone="good">
			<div class="row">
				<p class="stage-ended">
					<strong>{t.ended}</strong> {t.endedHint}
				</p>
				<ButtonLink href={pathTo("results", code)}>{t.results}</ButtonLink>
			</div>
		</Notice>
	);
}

interface HiddenNoteProps {
	readonly host: HostStore;
	readonly question: QuestionSnapshot;
}

function HiddenNote({ host, question }: HiddenNoteProps) {
	const t = hostTexts.value;
	const isLater = host.visibility.value === "closed" && question.status !== "closed";
	const isNever = host.visibility.value === "host";
	return (
		<p class="stage-hidden">
			<LockIcon />
			{isNever ? t.hiddenAlways : isLater ? t.hiddenUntilClosed : t.hiddenLive}
		</p>
	);
}
