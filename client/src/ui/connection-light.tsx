/** How the connection is, in calm words. What is trouble for longer is read out once. */
import { useEffect } from "preact/hooks";
import { sharedTexts } from "../i18n/texts/shared.ts";
import { announce } from "../state/announcer.ts";
import type { LinkStatus } from "../state/link-status.ts";
import { useSeconds } from "../state/use-seconds.ts";
import "./connection-light.css";

interface ConnectionLightProps {
	readonly status: LinkStatus;
	/** The words for `online` are only read out: where room is scarce. */
	readonly isTerse?: boolean;
}

// A reconnection that is over by then was no news.
const NEWS_AFTER_SECONDS = 2;

export function ConnectionLight({ status, isTerse }: ConnectionLightProps) {
	const t = sharedTexts.value;
	const since = status.kind === "reconnecting" ? status.since : 0;
	const seconds = useSeconds(since);
	const isNews = status.kind === "delayed" || (since > 0 && seconds >= NEWS_AFTER_SECONDS);
	useEffect(() => {
		if (!isNews) return undefined;
		announce(status.kind === "delayed" ? t.delayed : t.reconnecting);
		return () => announce(t.backOnline);
	}, [isNews]);

	const words = status.kind === "reconnecting" ? reconnecting(seconds) : wordsOf(status.kind);
	const isHidden = isTerse && status.kind === "online";
	return (
		<p class={`connection-light connection-${status.kind}`}>
			<span class={isHidden ? "visually-hidden" : ""}>{words}</span>
		</p>
	);
}

function reconnecting(seconds: number): string {
	const t = sharedTexts.value;
	return seconds === 0 ? t.reconnecting : t.reconnectingFor(seconds);
}

function wordsOf(kind: Exclude<LinkStatus["kind"], "reconnecting">): string {
	const t = sharedTexts.value;
	return kind === "closed" ? t.disconnected : t[kind];
}
