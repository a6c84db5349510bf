/** The results of a whole poll, as bars or as tables. */
import { signal } from "@preact/signals";
import { resultsTexts } from "../../i18n/texts/results.ts";
import { pathTo } from "../../state/router.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { LockIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { Switch } from "../../ui/switch.tsx";
import { QuestionResult } from "./question-result.tsx";
import type { ShownResults } from "./shown-results.ts";

export type ResultsLook = "bars" | "table";

const look = signal<ResultsLook>("bars");

export function AllResults(props: { readonly results: ShownResults; readonly isStale: boolean }) {
	const t = resultsTexts.value;
	const { results, isStale } = props;
	const { questions } = results;
	const isSomethingShown = questions.some(({ result }) => result.kind === "counts");
	const isAllHidden =
		questions.length > 0 &&
		questions.every(({ result }) => result.kind === "hidden" && result.until === "ever");
	return (
		<Screen
			name="results"
			heading={results.title || t.results}
			above={results.title && <p class="results-kicker soft">{t.results}</p>}
			class="all-results"
		>
			<Facts results={results} />
			<div aria-live="polite">{isStale && <Notice tone="warn">{t.outOfTouch}</Notice>}</div>
			{isAllHidden ? (
				<p class="question-result-hidden lead">
					<LockIcon />
					{t.allHidden}
				</p>
			) : (
				<>
					{isSomethingShown && (
						<div class="results-tools">
							<Switch
								label={t.view}
								options={[
									{ value: "bars", label: t.asBars },
									{ value: "table", label: t.asTable },
								]}
								chosen={look.value}
								onChoose={(chosen) => {
									look.value = chosen;
								}}
							/>
							<Button onClick={() => print()}>{t.print}</Button>
						</div>
					)}
					{questions.map((question) => (
						<QuestionResult
							key={question.id}
							question={question}
							results={results}
							look={look.value}
						/>
					))}
				</>
			)}
		</Screen>
	);
}

function Facts({ results }: { readonly results: ShownResults }) {
	const t = resultsTexts.value;
	const isRunning = results.status !== "closed";
	return (
		<div class="stack">
			<p class="results-facts soft">
				<span>{t.codeIs(results.code)}</span>
				<span class="number">{t.joined(results.participants)}</span>
				<span>{isRunning ? t.running : t.ended}</span>
			</p>
			{results.isHost && <p class="soft">{t.asHost}</p>}
			{isRunning && !results.isHost && (
				<div class="row results-action">
					<ButtonLink href={pathTo("join", results.code)}>{t.takePart}</ButtonLink>
				</div>
			)}
		</div>
	);
}
