/** One question's result: bars or table, what it says in words, and its picture to keep. */
import { useId } from "preact/hooks";
import { resultsTexts } from "../../i18n/texts/results.ts";
import { Bars } from "../../ui/bars.tsx";
import { LockIcon } from "../../ui/icons.tsx";
import { ResultsTable } from "../../ui/results-table.tsx";
import type { ResultsLook } from "./all-results.tsx";
import { SavePicture } from "./save-picture.tsx";
import { leadingLabels, type ShownQuestion, type ShownResults } from "./shown-results.ts";

interface QuestionResultProps {
	readonly question: ShownQuestion;
	readonly results: ShownResults;
	readonly look: ResultsLook;
}

export function QuestionResult({ question, results, look }: QuestionResultProps) {
	const t = resultsTexts.value;
	const id = useId();
	const { prompt, options, ballots, result } = question;
	const total = results.questions.length;
	return (
		<section class="question-result" aria-labelledby={id}>
			<div class="question-result-head">
				<p class="results-facts soft">
					{total > 1 && <span class="number">{t.questionOf(question.number, total)}</span>}
					{question.status === "open" && <span>{t.votingOpen}</span>}
					{result.kind !== "not-asked" && <span class="number">{t.people(ballots)}</span>}
				</p>
				<h2 id={id} dir="auto">
					{prompt}
				</h2>
			</div>
			{result.kind === "counts" ? (
				<>
					<Leading options={options} counts={result.counts} />
					{look === "table" ? (
						<ResultsTable {...question} counts={result.counts} />
					) : (
						<Bars {...question} counts={result.counts} class="results-bars" />
					)}
					{question.kind === "multiple" && <p class="results-note soft">{t.several}</p>}
					<SavePicture question={question} counts={result.counts} results={results} />
				</>
			) : (
				<p class="question-result-hidden soft">
					<LockIcon />
					{whyNone(result)}
				</p>
			)}
		</section>
	);
}

function Leading(props: {
	readonly options: readonly string[];
	readonly counts: readonly number[];
}) {
	const t = resultsTexts.value;
	const labels = leadingLabels(props.options, props.counts);
	if (labels.length === 0) return null;
	const list = labels.join(" · ");
	return (
		<p class="question-result-leads" dir="auto">
			{labels.length === 1 ? t.leads(list) : t.levelLead(list)}
		</p>
	);
}

function whyNone(result: Exclude<ShownQuestion["result"], { kind: "counts" }>): string {
	const t = resultsTexts.value;
	if (result.kind === "not-asked") return result.yet ? t.notAskedYet : t.notAsked;
	return result.until === "ever" ? t.hiddenForAll : t.hiddenUntilClosed;
}
