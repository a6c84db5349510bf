/** The end: thanks, the last result, and where all of them are. */
import { projectorTexts } from "../../i18n/texts/projector.ts";
import type { PollSnapshot, QuestionSnapshot } from "../../session/view.ts";
import type { LinkStatus } from "../../state/link-status.ts";
import { Hall } from "../../ui/logo.tsx";
import { Screen } from "../../ui/screen.tsx";
import { Fitted } from "./fitted.tsx";
import { promptSize } from "./prompt-size.ts";
import "./question-scene.css";
import { digits, WallTally } from "./wall-tally.tsx";
import { WayIn } from "./way-in.tsx";

interface EndedProps {
	readonly snapshot: PollSnapshot;
	/** Whose result stays in sight, if any may. */
	readonly question: QuestionSnapshot | undefined;
	readonly link: LinkStatus;
}

export function EndedScene({ snapshot, question, link }: EndedProps) {
	const t = projectorTexts.value;
	return (
		<div class="stage">
			<Screen
				name="projector:ended"
				heading={t.ended}
				class={`stage-screen ended ${question === undefined ? "ended-alone" : ""}`}
			>
				<p class="ended-lead soft">{t.endedLead}</p>
				{question === undefined ? (
					<Hall
						rows={[15, 11, 7]}
						lit={Array.from({ length: 33 }, (_, seat) => seat)}
						class="ended-hall"
					/>
				) : (
					<>
						<h2
							class={`ended-prompt ended-prompt-${promptSize(question.prompt, question.options)}`}
							dir="auto"
						>
							{question.prompt}
						</h2>
						<Fitted class="stage-fitted" measure={`${question.id} ${digits(question)}`}>
							<WallTally question={{ ...question, status: "closed" }} />
						</Fitted>
					</>
				)}
			</Screen>
			<WayIn snapshot={snapshot} link={link} leadsTo="results" />
		</div>
	);
}
