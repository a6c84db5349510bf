/** The tally as a table: the form that everybody can read, and the one to copy. */
import { formatNumber, formatPercent } from "../i18n/format.ts";
import { sharedTexts } from "../i18n/texts/shared.ts";
import type { Tally } from "./bars.tsx";
import "./results-table.css";
import { shares } from "./shares.ts";

export function ResultsTable({
	prompt,
	options,
	counts,
	ballots,
	isHidden,
}: Tally & { readonly isHidden?: boolean }) {
	const t = sharedTexts.value;
	const parts = shares(counts, ballots);
	const table = (
		<table class="results-table">
			<caption>
				<bdi>{prompt}</bdi> – {t.people(ballots)}
			</caption>
			<thead>
				<tr>
					<th scope="col">{t.option}</th>
					<th scope="col">{t.votes}</th>
					<th scope="col">{t.share}</th>
				</tr>
			</thead>
			<tbody>
				{options.map((label, index) => (
					<tr key={index}>
						<th scope="row" dir="auto">
							{label}
						</th>
						<td>{formatNumber(counts[index] ?? 0)}</td>
						<td>{formatPercent(parts[index] ?? 0)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
	// A table grows with its content whatever it is told: only a box around it hides it whole.
	return isHidden ? <div class="visually-hidden">{table}</div> : table;
}
