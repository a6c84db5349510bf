/**
 * What became of the own vote: "sending", "kept" while out of touch, "saved" once the server has
 * said so and never before, "not counted" with the reason. Each end is read out once.
 */
import { useEffect } from "preact/hooks";
import { phoneTexts } from "../../i18n/texts/phone.ts";
import { refusalSentence } from "../../i18n/texts/refusals.ts";
import type { BallotView } from "../../session/outbox.ts";
import { announce } from "../../state/announcer.ts";
import type { LinkStatus } from "../../state/link-status.ts";
import { CheckIcon, ClockIcon, CrossIcon } from "../../ui/icons.tsx";
import "./ballot-line.css";

interface BallotLineProps {
	readonly ballot: BallotView;
	readonly link: LinkStatus;
	readonly isOpen: boolean;
	/** What to do, while nothing was done. */
	readonly hint: string;
}

export function BallotLine({ ballot, link, isOpen, hint }: BallotLineProps) {
	const { kind, words, more } = said({ ballot, link, isOpen, hint });
	useEffect(() => {
		if (kind === "saved" || kind === "kept" || kind === "not-counted") announce(words);
	}, [kind, words]);
	const Icon = icons[kind];
	return (
		<div class={`ballot-line ballot-${kind}`}>
			{Icon && <Icon />}
			<p>
				{kind === "none" ? words : <strong>{words}</strong>}
				{more && <small>{more}</small>}
			</p>
		</div>
	);
}

type Kind = BallotView["status"] | "kept";

const icons: { readonly [Each in Kind]: typeof CheckIcon | undefined } = {
	none: undefined,
	sending: ClockIcon,
	kept: ClockIcon,
	saved: CheckIcon,
	"not-counted": CrossIcon,
};

function said({ ballot, link, isOpen, hint }: BallotLineProps): {
	readonly kind: Kind;
	readonly words: string;
	readonly more?: string | undefined;
} {
	const t = phoneTexts.value;
	const { status, choices, refusal } = ballot;
	switch (status) {
		case "none":
			return { kind: "none", words: hint };
		case "sending":
			if (link.kind === "reconnecting") return { kind: "kept", words: t.kept };
			if (link.kind === "delayed") {
				return { kind: "sending", words: t.sending, more: t.keptDelayed };
			}
			return { kind: "sending", words: t.sending };
		case "saved":
			return { kind: "saved", words: t.saved, more: isOpen ? t.mayChange : undefined };
		case "not-counted":
			return {
				kind: "not-counted",
				words: notCounted(refusal?.code ?? "unavailable"),
				more: choices.length > 0 ? t.earlierStands : undefined,
			};
	}
}

function notCounted(code: string): string {
	const t = phoneTexts.value;
	const isLate = code === "question_not_open" || code === "poll_ended";
	return isLate ? t.notCountedClosed : t.notCounted(refusalSentence(code));
}
