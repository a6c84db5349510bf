/** Open, close, reopen, next, show: each with what became of it beside it. */
import { hostTexts } from "../../i18n/texts/host.ts";
import type { QuestionSnapshot } from "../../session/view.ts";
import { shownQuestion } from "../../state/poll-store.ts";
import { Button } from "../../ui/button.tsx";
import { ArrowIcon } from "../../ui/icons.tsx";
import { CommandNote } from "./command-note.tsx";
import type { HostStore } from "./host-store.ts";
import { nextStep } from "./next-step.ts";

interface StageControlsProps {
	readonly host: HostStore;
	readonly question: QuestionSnapshot;
}

export function StageControls({ host, question }: StageControlsProps) {
	const t = hostTexts.value;
	const { id } = question;
	const poll = host.poll.snapshot.value;
	const next = nextStep(poll);
	const isNextItself = next?.open === id && next.close.length === 0;
	const isShown = host.poll.current.value?.id === id;
	// The first question is no other than the way in, until something was opened.
	const canBeShown = shownQuestion({ ...poll, currentQuestionId: id }) !== undefined;
	const isPending = (name: string) => host.commands.isPending(name);
	return (
		<div class="stage-controls">
			<div class="row">
				<Toggle host={host} question={question} />
				{next !== undefined && !isNextItself && (
					<Button
						look={question.status === "closed" ? "primary" : "outline"}
						large
						aria-disabled={isPending("next")}
						onClick={() => host.next()}
					>
						{isPending("next") ? t.goingOn : t.next}
						<ArrowIcon />
					</Button>
				)}
				{!isShown && canBeShown && (
					<Button
						look="quiet"
						large
						aria-disabled={isPending(`show:${id}`)}
						onClick={() => host.show(id)}
					>
						{isPending(`show:${id}`) ? t.showing : t.showIt}
					</Button>
				)}
			</div>
			<CommandNote host={host} names={[`open:${id}`, `close:${id}`, `show:${id}`, "next"]} />
		</div>
	);
}

function Toggle({ host, question }: StageControlsProps) {
	const t = hostTexts.value;
	const { id, status } = question;
	const isOpen = status === "open";
	const isPending = host.commands.isPending(isOpen ? `close:${id}` : `open:${id}`);
	const words = isOpen ? t.closeIt : status === "closed" ? t.reopenIt : t.openIt;
	return (
		<Button
			// One button that stays: the focus is not lost when it changes its verb.
			look={status === "closed" ? "outline" : "primary"}
			large
			aria-disabled={isPending}
			onClick={() => host.toggle()}
		>
			{isPending ? (isOpen ? t.closing : t.opening) : words}
		</Button>
	);
}
