/** Joined, online, voted. Not read out: whoever wants to know finds them here. */
import { formatNumber } from "../../i18n/format.ts";
import { hostTexts } from "../../i18n/texts/host.ts";
import type { HostStore } from "./host-store.ts";
import "./numbers-panel.css";

export function NumbersPanel({ host }: { readonly host: HostStore }) {
	const t = hostTexts.value;
	const { participants, capacity, online } = host.poll.snapshot.value;
	const places = participants < capacity ? t.ofPlaces(capacity) : t.allPlaces(capacity);
	return (
		<section aria-label={t.numbers}>
			<dl class="numbers">
				<Figure value={participants} label={t.joined} note={places} />
				<Figure value={online} label={t.online} />
				<Figure value={host.selected.value?.ballots ?? 0} label={t.voted} note={t.onThis} />
			</dl>
		</section>
	);
}

function Figure(props: { readonly value: number; readonly label: string; readonly note?: string }) {
	return (
		<div class="figure">
			<dt>
				{props.label}
				{props.note !== undefined && <span class="figure-note"> {props.note}</span>}
			</dt>
			<dd>{formatNumber(props.value)}</dd>
		</div>
	);
}
