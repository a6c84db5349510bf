/** The screens on which it does not go on: each says what has happened and what can be done. */
import type { ComponentChildren } from "preact";
import { phoneTexts } from "../../i18n/texts/phone.ts";
import { refusalSentence } from "../../i18n/texts/refusals.ts";
import { sharedTexts } from "../../i18n/texts/shared.ts";
import { navigate, pathTo } from "../../state/router.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CodeField } from "../../ui/code-field.tsx";
import { Screen } from "../../ui/screen.tsx";

export function RefusedScreen(props: {
	readonly refusal: string;
	readonly code: string;
	readonly onAgain: () => void;
}) {
	const t = phoneTexts.value;
	switch (props.refusal) {
		case "poll_not_found":
		case "not_found":
			return <WrongCodeScreen code={props.code} />;
		case "poll_full":
			return (
				<Over name="full" heading={t.full} lead={t.fullLead}>
					<Again onAgain={props.onAgain} />
				</Over>
			);
		case "removed":
			return <RemovedScreen />;
		default:
			return (
				<Over name="refused" heading={t.refused} lead={refusalSentence(props.refusal)}>
					<Again onAgain={props.onAgain} />
				</Over>
			);
	}
}

export function RemovedScreen() {
	const t = phoneTexts.value;
	return (
		<Over name="removed" heading={t.removed} lead={t.removedLead}>
			<ButtonLink href="/">{t.anotherCode}</ButtonLink>
		</Over>
	);
}

export function DeletedScreen() {
	const t = phoneTexts.value;
	return (
		<Over name="deleted" heading={t.deleted} lead={t.deletedLead}>
			<ButtonLink href="/">{t.anotherCode}</ButtonLink>
		</Over>
	);
}

export function CrowdedOutScreen({ onAgain }: { readonly onAgain: () => void }) {
	const t = phoneTexts.value;
	return (
		<Over name="crowded-out" heading={t.crowdedOut} lead={t.crowdedOutLead}>
			<Button look="primary" large onClick={onAgain}>
				{t.useHere}
			</Button>
		</Over>
	);
}

export function EndedScreen(props: {
	readonly code: string;
	/** What became of a last vote, where that is not "counted". */
	readonly children?: ComponentChildren;
}) {
	const t = phoneTexts.value;
	return (
		<Over name="ended" heading={t.ended} lead={t.endedLead} before={props.children}>
			<ButtonLink href={pathTo("results", props.code)} look="primary" large>
				{t.seeResults}
			</ButtonLink>
		</Over>
	);
}

function WrongCodeScreen({ code }: { readonly code: string }) {
	const t = phoneTexts.value;
	const follow = (next: string) => {
		if (next !== code) navigate(pathTo("join", next));
		else location.reload();
	};
	return (
		<Screen name="wrong-code" heading={t.wrongCode} isQuiet>
			<p class="lead">{t.wrongCodeLead}</p>
			<CodeField initial={code} onCode={follow} />
		</Screen>
	);
}

function Again({ onAgain }: { readonly onAgain: () => void }) {
	return (
		<>
			<Button look="primary" large onClick={onAgain}>
				{sharedTexts.value.tryAgain}
			</Button>
			<ButtonLink href="/" large>
				{phoneTexts.value.anotherCode}
			</ButtonLink>
		</>
	);
}

function Over(props: {
	readonly name: string;
	readonly heading: string;
	readonly lead: string;
	readonly before?: ComponentChildren;
	readonly children: ComponentChildren;
}) {
	return (
		<Screen name={props.name} heading={props.heading} isQuiet>
			<p class="lead">{props.lead}</p>
			{props.before}
			<div class="row">{props.children}</div>
		</Screen>
	);
}
