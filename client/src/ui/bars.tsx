/**
 * The tally of a question. A bar's length is its share of those who voted, so that it means the
 * same on every screen; it slides from where it was. The same as a table for screen readers.
 */
import { formatNumber, formatPercent } from "../i18n/format.ts";
import { sharedTexts } from "../i18n/texts/shared.ts";
import "./bars.css";
import { CheckIcon } from "./icons.tsx";
import { hueClass, OptionMark } from "./option-mark.tsx";
import { ResultsTable } from "./results-table.tsx";
import { shares } from "./shares.ts";

export interface Tally {
	readonly prompt: string;
	readonly options: readonly string[];
	/** One number an option. */
	readonly counts: readonly number[];
	/** How many people have voted. */
	readonly ballots: number;
}

interface BarsProps extends Tally {
	/** Option indexes that the reader has chosen. */
	readonly chosen?: readonly number[];
	/** Sizes by `--bars-text`, `--bar-size`, `--bars-gap` on this class. */
	readonly class?: string;
	/** The page shows a table of its own. */
	readonly isTableElsewhere?: boolean;
}

export function Bars({ class: more, chosen = [], isTableElsewhere, ...tally }: BarsProps) {
	const { options, counts, ballots } = tally;
	const parts = shares(counts, ballots);
	const highest = Math.max(1, ...counts);
	return (
		<>
			<ul class={`bars ${more ?? ""}`} aria-hidden="true">
				{options.map((label, index) => (
					<Bar
						key={index}
						index={index}
						label={label}
						count={counts[index] ?? 0}
						share={parts[index] ?? 0}
						isLeading={counts[index] === highest}
						isMine={chosen.includes(index)}
					/>
				))}
			</ul>
			{!isTableElsewhere && <ResultsTable {...tally} isHidden />}
		</>
	);
}

interface BarProps {
	readonly index: number;
	readonly label: string;
	readonly count: number;
	/** 0 to 1. */
	readonly share: number;
	readonly isLeading: boolean;
	readonly isMine: boolean;
}

function Bar({ index, label, count, share, isLeading, isMine }: BarProps) {
	return (
		<li class={`bar ${isLeading ? "bar-leading" : ""}`}>
			<OptionMark index={index} />
			<span class="bar-label">
				<bdi>{label}</bdi>
				{isMine && (
					<span class="bar-mine">
						<CheckIcon />
						{sharedTexts.value.yourVote}
					</span>
				)}
			</span>
			<span class="bar-value">
				<span class="bar-count">{formatNumber(count)}</span>
				<span class="bar-percent">{formatPercent(share)}</span>
			</span>
			<BarTrack index={index} share={share} />
		</li>
	);
}

/** The bar alone, for places that show label and numbers their own way. */
export function BarTrack({ index, share }: { readonly index: number; readonly share: number }) {
	return (
		<div class="bar-track">
			<div class={`bar-fill patterned ${hueClass(index)}`} style={{ "--share": visible(share) }} />
		</div>
	);
}

/** One vote of ten thousand still shows. */
function visible(share: number): string {
	return String(share > 0 ? Math.max(0.012, share) : 0);
}
