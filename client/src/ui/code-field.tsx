/** One big field for a join code, however it is typed or pasted. */
import { useState } from "preact/hooks";
import { sharedTexts } from "../i18n/texts/shared.ts";
import { readCode } from "../state/router.ts";
import { Button } from "./button.tsx";
import "./code-field.css";
import { Field } from "./field.tsx";
import { ArrowIcon } from "./icons.tsx";

interface CodeFieldProps {
	readonly initial?: string;
	/** What was wrong with the code that was tried before. */
	readonly error?: string;
	readonly onCode: (code: string) => void;
}

export function CodeField({ initial = "", error, onCode }: CodeFieldProps) {
	const t = sharedTexts.value;
	const [text, setText] = useState(initial);
	const [problem, setProblem] = useState<"empty" | "shape" | undefined>(undefined);
	const own = { empty: t.codeEmpty, shape: t.codeShape };

	const change = (typed: string) => {
		setProblem(undefined);
		// A pasted link becomes the code that is in it; what is being typed is left alone.
		setText((typed.includes("/") ? readCode(typed) : undefined) ?? typed);
	};
	const submit = (event: Event) => {
		event.preventDefault();
		const code = readCode(text);
		if (code === undefined) setProblem(text.trim() === "" ? "empty" : "shape");
		else onCode(code);
	};
	return (
		<form class="code-form" onSubmit={submit} noValidate>
			<Field label={t.codeLabel} error={problem === undefined ? error : own[problem]}>
				{(control) => (
					<input
						{...control}
						class="code-input"
						value={text}
						onInput={(event) => change(event.currentTarget.value)}
						placeholder="K7M2QX"
						autocomplete="off"
						autocapitalize="characters"
						autocorrect="off"
						spellcheck={false}
						enterkeyhint="go"
						dir="ltr"
					/>
				)}
			</Field>
			<Button type="submit" look="primary" large>
				{t.join}
				<ArrowIcon />
			</Button>
		</form>
	);
}
