/** The host's desk: the way in, the question, the list of all, the people, and what else there is. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { hostTexts } from "../../i18n/texts/host.ts";
import type { HostSession } from "../../session/host-session.ts";
import { announce } from "../../state/announcer.ts";
import { pathTo } from "../../state/router.ts";
import { Button } from "../../ui/button.tsx";
import { ConnectionLight } from "../../ui/connection-light.tsx";
import { Page } from "../../ui/page.tsx";
import { AddQuestion } from "./add-question.tsx";
import { Agenda } from "./agenda.tsx";
import "./desk.css";
import { HostStore } from "./host-store.ts";
import { JoinPanel } from "./join-panel.tsx";
import { MorePanel } from "./more-panel.tsx";
import { NumbersPanel } from "./numbers-panel.tsx";
import { OnlyHere } from "./only-here.tsx";
import { PeoplePanel } from "./people-panel.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { ShortcutsDialog } from "./shortcuts-dialog.tsx";
import { Stage } from "./stage.tsx";
import { DeletedScreen, RefusedScreen, StoppedScreen } from "./way-in-screens.tsx";

interface DeskProps {
	readonly session: HostSession;
	readonly code: string;
	readonly onAgain: () => void;
}

export function Desk({ session, code, onAgain }: DeskProps) {
	const t = hostTexts.value;
	const host = useMemo(() => new HostStore(session), [session]);
	useEffect(() => () => host.stop(), [host]);
	const [dialog, setDialog] = useState<"code" | "help" | undefined>(undefined);
	const connection = host.poll.connection.value;
	const isClosed = connection.status === "closed";
	const { title } = host.poll.snapshot.value;
	const link = host.poll.link.value;
	const helpButton = (
		<Button look="quiet" icon aria-label={t.shortcuts} onClick={() => setDialog("help")}>
			?
		</Button>
	);
	return (
		<Page
			title={title}
			heading={title}
			class="host"
			aside={
				!isClosed && (
					<>
						<ConnectionLight status={link} isTerse />
						{helpButton}
					</>
				)
			}
		>
			{isClosed && connection.reason === "deleted" && <DeletedScreen />}
			{isClosed && connection.reason === "refused" && (
				<RefusedScreen refusal={connection.refusal.code} code={code} onAgain={onAgain} />
			)}
			{isClosed && connection.reason !== "deleted" && connection.reason !== "refused" && (
				<StoppedScreen onAgain={onAgain} />
			)}
			{!isClosed && (
				<>
					<OpenDesk host={host} code={code} dialog={dialog} onDialog={setDialog} />
					<ShortcutsDialog isOpen={dialog === "help"} onClose={() => setDialog(undefined)} />
				</>
			)}
		</Page>
	);
}

interface OpenDeskProps {
	readonly host: HostStore;
	readonly code: string;
	readonly dialog: "code" | "help" | undefined;
	readonly onDialog: (dialog: "code" | "help" | undefined) => void;
}

function OpenDesk({ host, code, dialog, onDialog }: OpenDeskProps) {
	useAnnouncements(host);
	useShortcuts({
		next: () => host.next(),
		toggle: () => host.toggle(),
		down: () => host.step(1),
		up: () => host.step(-1),
		code: () => onDialog("code"),
		projector: () => void open(pathTo("projector", code), "_blank", "noopener"),
		help: () => onDialog("help"),
	});
	return (
		<div class="desk">
			<JoinPanel
				code={code}
				isLarge={dialog === "code"}
				onLarge={(isLarge) => onDialog(isLarge ? "code" : undefined)}
			/>
			<div class="desk-main">
				<OnlyHere code={code} />
				<Stage host={host} />
			</div>
			<div class="desk-agenda">
				<Agenda host={host} />
				<AddQuestion host={host} />
			</div>
			<div class="desk-side">
				<NumbersPanel host={host} />
				<PeoplePanel host={host} />
				<MorePanel host={host} code={code} />
			</div>
		</div>
	);
}

/** Voting opens and closes, the poll ends: said once, wherever it was done. */
function useAnnouncements(host: HostStore): void {
	const t = hostTexts.value;
	const { status } = host.poll.snapshot.value;
	const question = host.poll.current.value;
	const [seen] = useState({ mark: "" });
	const mark = `${status === "closed"} ${question?.id} ${question?.status}`;
	useEffect(() => {
		const isFirst = seen.mark === "";
		seen.mark = mark;
		if (isFirst) return;
		if (status === "closed") announce(t.ended);
		else if (question?.status === "open") announce(t.nowOpen(question.prompt));
		else if (question?.status === "closed") announce(t.nowClosed(question.prompt));
	}, [mark]);
}
