/** The poll on the wall: the scene of the moment, and beside it the way in. */
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { PollSnapshot, QuestionSnapshot } from "../../session/view.ts";
import type { WatchSession } from "../../session/watch-session.ts";
import type { LinkStatus } from "../../state/link-status.ts";
import { pollStore } from "../../state/poll-store.ts";
import { EndedScene } from "./ended-scene.tsx";
import { LobbyScene } from "./lobby-scene.tsx";
import { DeletedScreen, RefusedScreen, StoppedScreen } from "./off-screens.tsx";
import { QuestionScene } from "./question-scene.tsx";
import { sceneOf } from "./scene.ts";

interface WallProps {
	readonly session: WatchSession;
	readonly code: string;
	readonly shell: ComponentType<{
		readonly title: string;
		readonly children: ComponentChildren;
	}>;
	readonly onAgain: () => void;
}

export function Wall({ session, code, shell: Shell, onAgain }: WallProps) {
	const poll = useMemo(() => pollStore(session), [session]);
	useEffect(() => () => poll.stop(), [poll]);
	const snapshot = poll.snapshot.value;
	const connection = poll.connection.value;
	return (
		<Shell title={snapshot.title}>
			{connection.status !== "closed" ? (
				<SceneOf snapshot={snapshot} current={poll.current.value} link={poll.link.value} />
			) : connection.reason === "deleted" ? (
				<DeletedScreen />
			) : connection.reason === "refused" ? (
				<RefusedScreen refusal={connection.refusal.code} code={code} onAgain={onAgain} />
			) : (
				<StoppedScreen onAgain={onAgain} />
			)}
		</Shell>
	);
}

/** All that is drawn depends on these three. */
export function SceneOf(props: {
	readonly snapshot: PollSnapshot;
	readonly current: QuestionSnapshot | undefined;
	readonly link: LinkStatus;
}) {
	const scene = sceneOf(props.snapshot, props.current);
	switch (scene.kind) {
		case "lobby":
			return <LobbyScene {...props} />;
		case "question":
			return <QuestionScene {...props} question={scene.question} number={scene.number} />;
		case "ended":
			return <EndedScene {...props} question={scene.question} />;
	}
}
