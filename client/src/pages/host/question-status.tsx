/** Waiting, open or closed: by word and sign. */
import type { QuestionStatus } from "../../../../schema/poll-words.ts";
import { hostTexts } from "../../i18n/texts/host.ts";
import "./question-status.css";

export function QuestionStatusWord({ status }: { readonly status: QuestionStatus }) {
	return <span class={`question-status question-${status}`}>{hostTexts.value[status]}</span>;
}
