/** The chart of a question as a file: SVG, or PNG drawn from it. */
import { formatNumber, formatPercent } from "../../i18n/format.ts";
import { language } from "../../i18n/language.ts";
import { resultsTexts } from "../../i18n/texts/results.ts";
import { announce } from "../../state/announcer.ts";
import { Button } from "../../ui/button.tsx";
import { shares } from "../../ui/shares.ts";
import { type ChartPicture, chartPicture, type Measure, PICTURE_FONT } from "./chart-picture.ts";
import { pngOf, saveFile } from "./picture-file.ts";
import type { ShownQuestion, ShownResults } from "./shown-results.ts";

interface SavePictureProps {
	readonly question: ShownQuestion;
	readonly counts: readonly number[];
	readonly results: ShownResults;
}

export function SavePicture(props: SavePictureProps) {
	const t = resultsTexts.value;
	const { number } = props.question;
	const save = async (kind: "svg" | "png") => {
		const name = `plenum-${props.results.code}-${number}.${kind}`;
		const picture = draw(props);
		try {
			const svg = new Blob([picture.svg], { type: "image/svg+xml" });
			saveFile(kind === "svg" ? svg : await pngOf(picture), name);
			announce(t.pictureSaved);
		} catch {
			announce(t.pictureFailed);
		}
	};
	return (
		<div class="row save-picture">
			<span class="soft">{t.savePicture}</span>
			<div class="save-picture-kinds">
				{(["png", "svg"] as const).map((kind) => (
					<Button
						key={kind}
						aria-label={t.saveAs(kind.toUpperCase(), number)}
						onClick={() => void save(kind)}
					>
						{kind.toUpperCase()}
					</Button>
				))}
			</div>
		</div>
	);
}

function draw({ question, counts, results }: SavePictureProps): ChartPicture {
	const parts = shares(counts, question.ballots);
	const date = new Intl.DateTimeFormat(language.value, { dateStyle: "long" }).format(new Date());
	return chartPicture({
		title: results.title,
		prompt: question.prompt,
		bars: question.options.map((label, index) => ({
			label,
			share: parts[index] ?? 0,
			value: `${formatPercent(parts[index] ?? 0)}  ·  ${formatNumber(counts[index] ?? 0)}`,
		})),
		foot: `${resultsTexts.value.people(question.ballots)}  ·  ${date}  ·  Plenum`,
		measure: canvasMeasure(),
	});
}

function canvasMeasure(): Measure {
	const context = document.createElement("canvas").getContext("2d");
	return (text, size, weight) => {
		if (context === null) return text.length * size * 0.6;
		context.font = `${weight} ${size}px ${PICTURE_FONT}`;
		return context.measureText(text).width;
	};
}
