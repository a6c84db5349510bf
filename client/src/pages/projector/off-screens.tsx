/** What the wall says when there is no poll on it. */
import type { ComponentChildren } from "preact";
import { projectorTexts } from "../../i18n/texts/projector.ts";
import { refusalSentence } from "../../i18n/texts/refusals.ts";
import { sharedTexts } from "../../i18n/texts/shared.ts";
import { navigate, pathTo } from "../../state/router.ts";
import { useSeconds } from "../../state/use-seconds.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CodeField } from "../../ui/code-field.tsx";
import { Screen } from "../../ui/screen.tsx";

// Sooner it would only flicker.
const EXPLAIN_AFTER_SECONDS = 2;

export function TryingScreen({ since }: { readonly since: number }) {
	const t = projectorTexts.value;
	const seconds = useSeconds(since);
	return (
		<Screen name="projector:looking" heading={t.looking} isQuiet>
			{seconds >= EXPLAIN_AFTER_SECONDS && <p class="lead number">{t.stillTrying(seconds)}</p>}
		</Screen>
	);
}

export function RefusedScreen(props: {
	readonly refusal: string;
	readonly code: string;
	readonly onAgain: () => void;
}) {
	const t = projectorTexts.value;
	switch (props.refusal) {
		case "poll_not_found":
		case "not_found":
			return <WrongCodeScreen {...props} />;
		case "poll_full":
			return (
				<Off name="full" heading={t.full} lead={t.fullLead}>
					<Again onAgain={props.onAgain} />
				</Off>
			);
		default:
			return (
				<Off name="refused" heading={t.refused} lead={refusalSentence(props.refusal)}>
					<Again onAgain={props.onAgain} />
				</Off>
			);
	}
}

export function DeletedScreen() {
	const t = projectorTexts.value;
	return (
		<Off name="deleted" heading={t.deleted} lead={t.deletedLead}>
			<ButtonLink href="/" large>
				{sharedTexts.value.toStart}
			</ButtonLink>
		</Off>
	);
}

export function StoppedScreen({ onAgain }: { readonly onAgain: () => void }) {
	const t = projectorTexts.value;
	return (
		<Off name="stopped" heading={t.refused} lead={t.stopped}>
			<Again onAgain={onAgain} />
		</Off>
	);
}

function WrongCodeScreen(props: { readonly code: string; readonly onAgain: () => void }) {
	const t = projectorTexts.value;
	const follow = (next: string) => {
		if (next === props.code) props.onAgain();
		else navigate(pathTo("projector", next));
	};
	return (
		<Screen name="projector:wrong-code" heading={t.wrongCode} isQuiet>
			<p class="lead">{t.wrongCodeLead}</p>
			<CodeField initial={props.code} onCode={follow} />
		</Screen>
	);
}

function Again({ onAgain }: { readonly onAgain: () => void }) {
	return (
		<Button look="primary" large onClick={onAgain}>
			{sharedTexts.value.tryAgain}
		</Button>
	);
}

function Off(props: {
	readonly name: string;
	readonly heading: string;
	readonly lead: string;
	readonly children: ComponentChildren;
}) {
	return (
		<Screen name={`projector:${props.name}`} heading={props.heading} isQuiet>
			<p class="lead">{props.lead}</p>
			<div class="row">{props.children}</div>
		</Screen>
	);
}
