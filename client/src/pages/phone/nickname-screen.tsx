import { useState } from "preact/hooks";
import { defaultLimits } from "../../../../schema/limits.ts";
import { phoneTexts } from "../../i18n/texts/phone.ts";
import { refusalSentence } from "../../i18n/texts/refusals.ts";
import { browserStore } from "../../state/browser-store.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Screen } from "../../ui/screen.tsx";
import { nicknameProblem } from "./nickname-rules.ts";
import type { Visit } from "./visit.ts";

interface NicknameScreenProps {
	readonly visit: Extract<Visit, { readonly status: "naming" }>;
	readonly code: string;
	readonly onNickname: (nickname: string) => void;
}

export function NicknameScreen({ visit, code, onNickname }: NicknameScreenProps) {
	const t = phoneTexts.value;
	const [nickname, setNickname] = useState(visit.nickname);
	const [problem, setProblem] = useState<string | undefined>(undefined);
	const [isChanged, setChanged] = useState(false);
	const refused = visit.refusal && !isChanged ? refusalSentence(visit.refusal.code) : undefined;

	const submit = (event: Event) => {
		event.preventDefault();
		const found = nicknameProblem(nickname);
		if (found === undefined) return onNickname(nickname.trim());
		const sentences = {
			empty: t.nicknameEmpty,
			long: t.nicknameLong(defaultLimits.nicknameMax),
			characters: t.nicknameCharacters,
		};
		setProblem(sentences[found]);
	};
	return (
		<Screen name={`naming:${visit.refusal?.code ?? ""}`} heading={visit.title || code} isQuiet>
			<form class="stack" onSubmit={submit} noValidate>
				<Field label={t.nicknameLabel} hint={t.nicknameHint} error={problem ?? refused}>
					{(control) => (
						<input
							{...control}
							class="input input-large"
							value={nickname}
							onInput={(event) => {
								setNickname(event.currentTarget.value);
								setProblem(undefined);
								setChanged(true);
							}}
							autocomplete="nickname"
							autocapitalize="words"
							spellcheck={false}
							enterkeyhint="go"
							dir="auto"
						/>
					)}
				</Field>
				<Button type="submit" look="primary" large>
					{t.join}
				</Button>
				{!browserStore.isPersistent && <Notice tone="warn">{t.notKept}</Notice>}
			</form>
		</Screen>
	);
}
