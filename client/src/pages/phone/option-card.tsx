/** An option as a large target; once its result may be seen, with its bar. */
import { formatNumber, formatPercent } from "../../i18n/format.ts";
import { BarTrack } from "../../ui/bars.tsx";
import { hueClass, OptionMark } from "../../ui/option-mark.tsx";
import "./option-card.css";

interface OptionCardProps {
	readonly index: number;
	readonly label: string;
	readonly isChosen: boolean;
	/** `later`: its room is kept, so that no card moves under the finger when it comes. */
	readonly result?: { readonly count: number; readonly share: number } | "later" | false;
	/** Without it the card is only shown. */
	readonly onTap?: () => void;
}

export function OptionCard({ index, label, isChosen, result, onTap }: OptionCardProps) {
	const shown = result !== "later" && result;
	const content = (
		<>
			<OptionMark index={index} isChosen={isChosen} />
			<span class="option-card-label">
				<bdi>{label}</bdi>
			</span>
			{result && (
				<span class="option-card-result" aria-hidden="true">
					{shown && (
						<>
							<span class="option-card-percent">{formatPercent(shown.share)}</span>
							<span class="option-card-count">{formatNumber(shown.count)}</span>
						</>
					)}
				</span>
			)}
			{shown && <BarTrack index={index} share={shown.share} />}
		</>
	);
	const name = `option-card ${result ? "option-card-tallied" : ""} ${hueClass(index)}`;
	if (onTap === undefined) return <div class={name}>{content}</div>;
	return (
		<button type="button" class={name} aria-pressed={isChosen} onClick={onTap}>
			{content}
		</button>
	);
}
