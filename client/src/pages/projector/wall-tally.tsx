/** A tally to be read from the last row; once closed, who leads stands out in words and form. */
import { formatNumber, formatPercent } from "../../i18n/format.ts";
import { projectorTexts } from "../../i18n/texts/projector.ts";
import type { QuestionSnapshot } from "../../session/view.ts";
import { BarTrack } from "../../ui/bars.tsx";
import { OptionMark } from "../../ui/option-mark.tsx";
import { ResultsTable } from "../../ui/results-table.tsx";
import { shares } from "../../ui/shares.ts";
import { leaders } from "./scene.ts";
import "./wall-tally.css";

export function WallTally({ question }: { readonly question: QuestionSnapshot }) {
	const t = projectorTexts.value;
	const { options, counts, ballots, status } = question;
	const parts = shares(counts, ballots);
	const first = status === "closed" ? leaders(counts) : [];
	const rank = first.length > 1 ? t.equalFirst : t.mostVotes;
	return (
		<>
			<ul
				class="wall-options wall-tally"
				style={{ "--digits": String(digits(question)) }}
				aria-hidden="true"
			>
				{options.map((label, index) => {
					const isFirst = first.includes(index);
					return (
						<li class={`wall-option ${isFirst ? "is-first" : ""}`} key={index}>
							<OptionMark index={index} />
							<span class="wall-label">
								<bdi>{label}</bdi>
								{isFirst && <span class="wall-rank">{rank}</span>}
							</span>
							<span class="wall-percent">{formatPercent(parts[index] ?? 0)}</span>
							<span class="wall-count">{formatNumber(counts[index] ?? 0)}</span>
							<BarTrack index={index} share={parts[index] ?? 0} />
						</li>
					);
				})}
			</ul>
			<ResultsTable {...question} isHidden />
		</>
	);
}

/** The options alone: before the vote, and while the result is hidden. */
export function WallOptions({ options }: { readonly options: readonly string[] }) {
	return (
		<ul class="wall-options">
			{options.map((label, index) => (
				<li class="wall-option" key={index}>
					<OptionMark index={index} />
					<span class="wall-label">
						<bdi>{label}</bdi>
					</span>
				</li>
			))}
		</ul>
	);
}

/** How many signs the widest count has: it takes room from the labels. */
export function digits({ counts }: QuestionSnapshot): number {
	return formatNumber(Math.max(10, ...counts)).length;
}
