/** The screens of a host who is not in: what has happened, and what can be done. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { hostTexts } from "../../i18n/texts/host.ts";
import { refusalSentence } from "../../i18n/texts/refusals.ts";
import { sharedTexts } from "../../i18n/texts/shared.ts";
import { navigate, pathTo } from "../../state/router.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Screen } from "../../ui/screen.tsx";
import { readHostLink } from "./host-link.ts";

interface AskingScreenProps {
	readonly code: string;
	/** The last token was not known. */
	readonly isWrong: boolean;
	readonly onToken: (hostToken: string) => void;
}

export function AskingScreen({ code, isWrong, onToken }: AskingScreenProps) {
	const t = hostTexts.value;
	const [text, setText] = useState("");
	const [problem, setProblem] = useState(isWrong ? t.askingWrong : undefined);
	const submit = (event: Event) => {
		event.preventDefault();
		const link = readHostLink(text);
		if (link === undefined) return setProblem(text.trim() === "" ? t.linkEmpty : t.linkShape);
		if (link.code === undefined || link.code === code) return onToken(link.hostToken);
		navigate(`${pathTo("host", link.code)}#${link.hostToken}`);
	};
	return (
		<Screen name="host-asking" heading={t.asking} isQuiet>
			<p class="lead">{t.askingLead}</p>
			<form class="stack" onSubmit={submit} noValidate>
				<Field label={t.hostLink} error={problem}>
					{(control) => (
						<input
							{...control}
							class="input input-large"
							value={text}
							onInput={(event) => {
								setText(event.currentTarget.value);
								setProblem(undefined);
							}}
							autocomplete="off"
							spellcheck={false}
							dir="ltr"
						/>
					)}
				</Field>
				<div class="row">
					<Button type="submit" look="primary" large>
						{t.goIn}
					</Button>
					<ButtonLink href={pathTo("join", code)} large>
						{t.onlyJoin}
					</ButtonLink>
				</div>
			</form>
		</Screen>
	);
}

interface RefusedScreenProps {
	readonly refusal: string;
	readonly code: string;
	readonly onAgain: () => void;
}

export function RefusedScreen({ refusal, onAgain }: RefusedScreenProps) {
	const t = hostTexts.value;
	if (refusal === "poll_not_found" || refusal === "not_found") {
		return <Gone name="host-not-found" heading={t.notFound} lead={t.notFoundLead} />;
	}
	return (
		<Gone name="host-refused" heading={t.refused} lead={refusalSentence(refusal)}>
			<Button look="primary" large onClick={onAgain}>
				{sharedTexts.value.tryAgain}
			</Button>
		</Gone>
	);
}

export function DeletedScreen() {
	const t = hostTexts.value;
	return <Gone name="host-deleted" heading={t.deleted} lead={t.deletedLead} />;
}

export function StoppedScreen({ onAgain }: { readonly onAgain: () => void }) {
	const t = hostTexts.value;
	return (
		<Gone name="host-stopped" heading={t.stopped} lead={t.stoppedLead}>
			<Button look="primary" large onClick={onAgain}>
				{t.goIn}
			</Button>
		</Gone>
	);
}

function Gone(props: {
	readonly name: string;
	readonly heading: string;
	readonly lead: string;
	/** In place of a new poll. */
	readonly children?: ComponentChildren;
}) {
	return (
		<Screen name={props.name} heading={props.heading} isQuiet>
			<p class="lead">{props.lead}</p>
			<div class="row">
				{props.children ?? (
					<ButtonLink href="/host" look="primary" large>
						{hostTexts.value.newPoll}
					</ButtonLink>
				)}
			</div>
		</Screen>
	);
}
