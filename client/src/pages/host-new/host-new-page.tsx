/** `/host`: a poll is written here. The draft survives a reload; sending it makes the poll. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { hostNewTexts } from "../../i18n/texts/host-new.ts";
import { browserStore } from "../../state/browser-store.ts";
import { navigate, pathTo } from "../../state/router.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Screen } from "../../ui/screen.tsx";
import { isBlank } from "./draft.ts";
import { DraftStore } from "./draft-store.ts";
import "./host-new-page.css";
import { problemSentence } from "./problem-sentence.ts";
import { QuestionList } from "./question-list.tsx";
import { SendPart } from "./send-part.tsx";
import { SettingsPart } from "./settings-part.tsx";
import { TextLine } from "./text-line.tsx";

export function HostNewPage() {
	const t = hostNewTexts.value;
	const store = useMemo(() => new DraftStore(browserStore), []);
	useEffect(() => void store.fetchLimits(), [store]);

	const send = async (hostKey: string) => {
		const code = await store.send(hostKey);
		if (code !== undefined) navigate(pathTo("host", code));
		else requestAnimationFrame(focusOnProblem);
	};
	return (
		<Page title={t.heading} class="host-new">
			<Screen name="new" heading={t.heading}>
				<p class="lead">{t.lead}</p>
				<div class="host-new-columns">
					<div class="stack-l">
						<TitleField store={store} />
						<QuestionList store={store} />
					</div>
					<div class="host-new-side">
						<SettingsPart store={store} />
						<SendPart store={store} onSend={(hostKey) => void send(hostKey)} />
						<Keeping store={store} />
					</div>
				</div>
			</Screen>
		</Page>
	);
}

function TitleField({ store }: { readonly store: DraftStore }) {
	const t = hostNewTexts.value;
	const { title } = store.draft.value;
	const error = problemSentence(store.problems.value.get("title"), store.limits.value);
	return (
		<Field label={`${t.title} ${t.optional}`} hint={t.titleHint} error={error}>
			{(control) => (
				<TextLine
					control={control}
					value={title}
					onChange={(next) => store.change({ title: next })}
				/>
			)}
		</Field>
	);
}

function Keeping({ store }: { readonly store: DraftStore }) {
	const t = hostNewTexts.value;
	const [isAsking, setAsking] = useState(false);
	if (!browserStore.isPersistent) return <Notice tone="warn">{t.notKept}</Notice>;
	return (
		<div class="row">
			<p class="field-hint">{t.kept}</p>
			{!isBlank(store.draft.value) && (
				<Button look="quiet" class="host-new-anew" onClick={() => setAsking(true)}>
					{t.startAnew}
				</Button>
			)}
			<ConfirmDialog
				isOpen={isAsking}
				title={t.startAnewAsk}
				confirm={t.startAnewDo}
				isDangerous
				onCancel={() => setAsking(false)}
				onConfirm={() => {
					setAsking(false);
					store.startAnew();
				}}
			>
				{t.startAnewHint}
			</ConfirmDialog>
		</div>
	);
}

function focusOnProblem(): void {
	document.querySelector<HTMLElement>('.host-new [aria-invalid="true"]')?.focus();
}
