/** `/r/CODE`: every question's result, for as long as the poll is kept. */
import { useEffect, useMemo } from "preact/hooks";
import { refusalSentence } from "../../i18n/texts/refusals.ts";
import { resultsTexts } from "../../i18n/texts/results.ts";
import { sharedTexts } from "../../i18n/texts/shared.ts";
import { navigate, pathTo } from "../../state/router.ts";
import { useSeconds } from "../../state/use-seconds.ts";
import { Button } from "../../ui/button.tsx";
import { CodeField } from "../../ui/code-field.tsx";
import { Page } from "../../ui/page.tsx";
import { Screen } from "../../ui/screen.tsx";
import { AllResults } from "./all-results.tsx";
import "./results-page.css";
import { resultsStore } from "./results-store.ts";

export function ResultsPage({ code }: { readonly code: string }) {
	const store = useMemo(() => resultsStore(code), [code]);
	useEffect(() => store.start(), [store]);
	const { value: reading } = store.reading;
	switch (reading.status) {
		case "looking":
			return (
				<Page title={code} class="results">
					<LookingScreen since={reading.since} />
				</Page>
			);
		case "refused":
			return (
				<Page title={resultsTexts.value.results} class="results">
					<RefusedScreen refusal={reading.code} code={code} onAgain={() => store.again()} />
				</Page>
			);
		case "read": {
			const title = reading.results.title || resultsTexts.value.results;
			return (
				<Page title={title} class="results">
					<AllResults results={reading.results} isStale={reading.isStale} />
				</Page>
			);
		}
	}
}

// Sooner it would only flicker.
const EXPLAIN_AFTER_SECONDS = 2;

function LookingScreen({ since }: { readonly since: number }) {
	const t = resultsTexts.value;
	const seconds = useSeconds(since);
	return (
		<Screen name="results:looking" heading={t.looking} isQuiet>
			{seconds >= EXPLAIN_AFTER_SECONDS && <p class="lead number">{t.stillTrying(seconds)}</p>}
		</Screen>
	);
}

function RefusedScreen(props: {
	readonly refusal: string;
	readonly code: string;
	readonly onAgain: () => void;
}) {
	const t = resultsTexts.value;
	if (props.refusal !== "poll_not_found" && props.refusal !== "not_found") {
		return (
			<Screen name="results:refused" heading={t.refused} isQuiet>
				<p class="lead">{refusalSentence(props.refusal)}</p>
				<div class="row">
					<Button look="primary" large onClick={props.onAgain}>
						{sharedTexts.value.tryAgain}
					</Button>
				</div>
			</Screen>
		);
	}
	const follow = (next: string) => {
		if (next === props.code) props.onAgain();
		else navigate(pathTo("results", next));
	};
	return (
		<Screen name="results:wrong-code" heading={t.wrongCode} isQuiet>
			<p class="lead">{t.wrongCodeLead}</p>
			<CodeField initial={props.code} onCode={follow} />
		</Screen>
	);
}
