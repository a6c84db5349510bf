/**
 * The question that the host shows, filling the screen: to be read while it waits, to be voted on
 * while it is open, with its result as the host allows.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { phoneTexts } from "../../i18n/texts/phone.ts";
import type { BallotView } from "../../session/outbox.ts";
import type { QuestionSnapshot } from "../../session/view.ts";
import { Bars } from "../../ui/bars.tsx";
import { ClockIcon, LockIcon } from "../../ui/icons.tsx";
import { ResultsTable } from "../../ui/results-table.tsx";
import { Screen } from "../../ui/screen.tsx";
import { shares } from "../../ui/shares.ts";
import { BallotLine } from "./ballot-line.tsx";
import { type Tap, tap } from "./choosing.ts";
import { OptionCard } from "./option-card.tsx";
import "./question-screen.css";
import type { SeatStore } from "./seat-store.ts";

interface QuestionScreenProps {
	readonly seat: SeatStore;
	readonly question: QuestionSnapshot;
}

const LONG_PROMPT = 90;
const SHORT_LABEL = 40;

export function QuestionScreen({ seat, question }: QuestionScreenProps) {
	const t = phoneTexts.value;
	const ballot = seat.ballot.value;
	const isLong = question.prompt.length > LONG_PROMPT;
	const isOpen = question.status === "open";
	return (
		<Screen
			name={`question:${question.id}:${question.status}`}
			class={`question-screen ${isLong ? "is-long" : ""}`}
			heading={question.prompt}
			above={<QuestionMeta seat={seat} question={question} />}
		>
			{isOpen ? (
				<OpenQuestion seat={seat} question={question} key={question.id} />
			) : (
				<QuietQuestion question={question} ballot={ballot} />
			)}
			{!isOpen && isUnsettled(ballot) && (
				<BallotLine ballot={ballot} link={seat.link.value} isOpen={false} hint={t.closed} />
			)}
		</Screen>
	);
}

function QuestionMeta({ seat, question }: QuestionScreenProps) {
	const t = phoneTexts.value;
	const { questions } = seat.snapshot.value;
	const place = questions.findIndex(({ id }) => id === question.id) + 1;
	return (
		<div class="question-meta">
			{questions.length > 1 && <span>{t.questionOf(place, questions.length)}</span>}
			{question.status === "waiting" && (
				<span class="state-chip">
					<ClockIcon />
					{t.notOpenYet}
				</span>
			)}
			{question.status === "closed" && (
				<span class="state-chip">
					<LockIcon />
					{t.closed}
				</span>
			)}
			{question.status !== "waiting" && <span class="number">{t.voted(question.ballots)}</span>}
		</div>
	);
}

function OpenQuestion({ seat, question }: QuestionScreenProps) {
	const t = phoneTexts.value;
	const ballot = seat.ballot.value;
	const [blocked, setBlocked] = useState<Tap["kind"] | undefined>(undefined);
	const chosenKey = ballot.choices.join();
	useEffect(() => setBlocked(undefined), [chosenKey]);

	const { counts, ballots, options, maxChoices } = question;
	// Others' votes are shown once the own one is there: nobody is led by them.
	const isResultShown = counts.length > 0 && ballot.choices.length > 0;
	const parts = isResultShown ? shares(counts, ballots) : [];
	const choose = (option: number) => {
		const { choices } = seat.ballot.peek();
		const made = tap(question, choices, option);
		if (made.kind === "vote") seat.vote(question.id, made.choices);
		else if (question.kind === "multiple") setBlocked(made.kind);
	};
	const hint = blocked === "all-chosen" ? t.allChosen(maxChoices) : t.oneStays;
	return (
		<>
			<p class="soft" aria-live="polite">
				{blocked === undefined ? instruction(question) : hint}
			</p>
			<OptionList options={options}>
				{(label, index) => (
					<OptionCard
						index={index}
						label={label}
						isChosen={ballot.choices.includes(index)}
						result={
							isResultShown
								? { count: counts[index] ?? 0, share: parts[index] ?? 0 }
								: counts.length > 0 && "later"
						}
						onTap={() => choose(index)}
					/>
				)}
			</OptionList>
			{isResultShown && <ResultsTable {...question} isHidden />}
			<BallotLine ballot={ballot} link={seat.link.value} isOpen hint={t.joinedAs(seat.nickname)} />
		</>
	);
}

function OptionList(props: {
	readonly options: readonly string[];
	readonly children: (label: string, index: number) => ComponentChildren;
}) {
	const { options, children } = props;
	const isShort = options.every((label) => label.length <= SHORT_LABEL);
	return (
		<ul
			class={`option-cards ${isShort ? "option-cards-short" : ""}`}
			style={{ "--options": String(options.length) }}
		>
			{options.map((label, index) => (
				<li key={index}>{children(label, index)}</li>
			))}
		</ul>
	);
}

/** Before and after the vote. */
function QuietQuestion(props: {
	readonly question: QuestionSnapshot;
	readonly ballot: BallotView;
}) {
	const { question, ballot } = props;
	const t = phoneTexts.value;
	const isClosed = question.status === "closed";
	const abstained = isClosed && ballot.choices.length === 0 && <p class="soft">{t.noAnswer}</p>;
	if (isClosed && question.counts.length > 0) {
		return (
			<>
				{abstained}
				<Bars {...question} chosen={ballot.choices} class="phone-bars" />
			</>
		);
	}
	return (
		<>
			{abstained}
			{isClosed && <p class="soft">{t.resultsHidden}</p>}
			<OptionList options={question.options}>
				{(label, index) => (
					<OptionCard index={index} label={label} isChosen={ballot.choices.includes(index)} />
				)}
			</OptionList>
		</>
	);
}

/** Once voting is over, the own choices show that they were counted; only the rest is said. */
function isUnsettled({ status }: BallotView): boolean {
	return status === "sending" || status === "not-counted";
}

function instruction({ kind, maxChoices, options }: QuestionSnapshot): string {
	const t = phoneTexts.value;
	if (kind === "single" || maxChoices === 1) return t.chooseOne;
	return maxChoices >= options.length ? t.chooseAny : t.chooseSome(maxChoices);
}
