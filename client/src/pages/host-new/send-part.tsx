/** The button that makes the poll, what stands in its way, and the key where the server wants one. */
import { useEffect, useState } from "preact/hooks";
import { hostNewTexts } from "../../i18n/texts/host-new.ts";
import { refusalSentence } from "../../i18n/texts/refusals.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ArrowIcon, CrossIcon } from "../../ui/icons.tsx";
import type { DraftStore } from "./draft-store.ts";
import { useFocusOn } from "./focus-on.ts";
import { problemSentence } from "./problem-sentence.ts";

interface SendPartProps {
	readonly store: DraftStore;
	readonly onSend: (hostKey: string) => void;
}

export function SendPart({ store, onSend }: SendPartProps) {
	const t = hostNewTexts.value;
	const [hostKey, setHostKey] = useState("");
	const wanted = store.hostKey.value;
	const focusOn = useFocusOn();
	const [, redraw] = useState(0);
	useEffect(() => {
		if (wanted === "unasked") return;
		focusOn("host-key");
		redraw((count) => count + 1);
	}, [wanted]);
	const isSending = store.sending.value.status === "sending";
	const submit = (event: Event) => {
		event.preventDefault();
		onSend(hostKey);
	};
	return (
		<form class="stack" onSubmit={submit} noValidate>
			{wanted !== "unasked" && (
				<Field
					label={t.hostKey}
					hint={t.hostKeyHint}
					error={wanted === "wrong" ? t.hostKeyWrong : undefined}
				>
					{(control) => (
						<input
							{...control}
							class="input"
							type="password"
							autocomplete="off"
							dir="ltr"
							data-focus="host-key"
							value={hostKey}
							onInput={(event) => {
								setHostKey(event.currentTarget.value);
								store.hostKeyChanged();
							}}
						/>
					)}
				</Field>
			)}
			<Button type="submit" look="primary" large aria-disabled={isSending}>
				{isSending ? t.creating : t.create}
				{!isSending && <ArrowIcon />}
			</Button>
			<Trouble store={store} />
		</form>
	);
}

function Trouble({ store }: { readonly store: DraftStore }) {
	const t = hostNewTexts.value;
	const sending = store.sending.value;
	const trouble = sending.status === "writing" ? sending.trouble : undefined;
	const problems = store.problems.value;
	const whole = problemSentence(problems.get("draft"), store.limits.value);
	const count = problems.size - (whole === undefined ? 0 : 1);
	const sentences = [
		trouble === "no-answer" && t.noAnswer,
		trouble !== undefined && trouble !== "no-answer" && refusalSentence(trouble),
		whole,
		count > 0 && t.toMend(count),
	].filter((sentence) => typeof sentence === "string");
	return (
		<div role="status">
			{sentences.map((sentence) => (
				<p class="field-error" key={sentence}>
					<CrossIcon />
					{sentence}
				</p>
			))}
		</div>
	);
}
