/** `/p/CODE`: the poll on the wall. Nothing to press: it moves when the host moves. */
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { watchPoll } from "../../session/watch-session.ts";
import { enterPoll } from "../../state/enter.ts";
import { Page } from "../../ui/page.tsx";
import { RefusedScreen, TryingScreen } from "./off-screens.tsx";
import "./projector-page.css";
import { useIsAwake } from "./use-is-awake.ts";
import { useWakeLock } from "./use-wake-lock.ts";
import { Wall } from "./wall.tsx";

export function ProjectorPage({ code }: { readonly code: string }) {
	const [attempt, setAttempt] = useState(1);
	const again = () => setAttempt((before) => before + 1);
	useWakeLock();
	return <Projector key={`${code}:${attempt}`} code={code} onAgain={again} />;
}

function Projector({ code, onAgain }: { readonly code: string; readonly onAgain: () => void }) {
	const entering = useMemo(() => {
		const { origin } = location;
		return enterPoll((enterWithinMs) => watchPoll({ origin, code, enterWithinMs }));
	}, []);
	useEffect(() => () => entering.stop(), [entering]);
	const entry = entering.entry.value;
	if (entry.status === "in") {
		return <Wall session={entry.session} code={code} shell={Shell} onAgain={onAgain} />;
	}
	return (
		<Shell title={code}>
			{entry.status === "entering" ? (
				<TryingScreen since={entry.since} />
			) : (
				<RefusedScreen refusal={entry.refusal.code} code={code} onAgain={onAgain} />
			)}
		</Shell>
	);
}

/** The settings, and the pointer, are there only while somebody uses pointer or keyboard. */
function Shell(props: { readonly title: string; readonly children: ComponentChildren }) {
	const isAwake = useIsAwake();
	return (
		<Page title={props.title} class={`projector ${isAwake ? "is-awake" : ""}`}>
			{props.children}
		</Page>
	);
}
