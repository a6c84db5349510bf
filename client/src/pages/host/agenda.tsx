/** All questions with their state; choosing one looks at it, without showing it to anybody. */
import { useEffect, useRef } from "preact/hooks";
import { formatNumber } from "../../i18n/format.ts";
import { hostTexts } from "../../i18n/texts/host.ts";
import "./agenda.css";
import type { HostStore } from "./host-store.ts";
import { QuestionStatusWord } from "./question-status.tsx";

export function Agenda({ host }: { readonly host: HostStore }) {
	const t = hostTexts.value;
	const { questions } = host.poll.snapshot.value;
	const selected = host.selected.value?.id;
	const current = host.poll.current.value?.id;
	const list = useRef<HTMLOListElement>(null);
	useEffect(() => keepInSight(list.current), [selected]);
	return (
		<nav class="agenda" aria-label={t.questions}>
			<h2>{t.questions}</h2>
			<ol class="agenda-list" ref={list}>
				{questions.map(({ id, prompt, status }, index) => (
					<li key={id}>
						<button
							type="button"
							class="agenda-item"
							aria-current={id === selected ? "true" : undefined}
							onClick={() => host.select(id)}
						>
							<span class="agenda-number">{formatNumber(index + 1)}</span>
							<span class="agenda-prompt" dir="auto">
								{prompt}
							</span>
							<span class="agenda-state">
								<QuestionStatusWord status={status} />
								{id === current && <span class="agenda-shown">{t.onScreen}</span>}
							</span>
						</button>
					</li>
				))}
			</ol>
		</nav>
	);
}

/** Scrolls the list alone: `scrollIntoView` would also move the page away from the question. */
function keepInSight(list: HTMLElement | null): void {
	const item = list?.querySelector("[aria-current]")?.getBoundingClientRect();
	if (list === null || item === undefined) return;
	const box = list.getBoundingClientRect();
	list.scrollTop += Math.min(0, item.top - box.top) + Math.max(0, item.bottom - box.bottom);
}
