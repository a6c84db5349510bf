/** Whoever sits in the poll: the screen of the moment. */
import { useEffect, useMemo } from "preact/hooks";
import type { PollSession } from "../../session/poll-session.ts";
import { ConnectionLight } from "../../ui/connection-light.tsx";
import { Page } from "../../ui/page.tsx";
import { BallotLine } from "./ballot-line.tsx";
import {
	CrowdedOutScreen,
	DeletedScreen,
	EndedScreen,
	RefusedScreen,
	RemovedScreen,
} from "./over-screens.tsx";
import { QuestionScreen } from "./question-screen.tsx";
import { type SeatStore, seatStore } from "./seat-store.ts";
import { WaitingScreen } from "./waiting-screen.tsx";

interface SeatProps {
	readonly session: PollSession;
	readonly code: string;
	readonly onAgain: () => void;
}

export function Seat({ session, code, onAgain }: SeatProps) {
	const seat = useMemo(() => seatStore(session, code), [session]);
	useEffect(() => () => seat.stop(), [seat]);
	const { title } = seat.snapshot.value;
	const link = seat.link.value;
	return (
		<Page
			title={title}
			heading={title}
			aside={link.kind !== "closed" && <ConnectionLight status={link} isTerse />}
			class="phone"
		>
			<SeatScreen seat={seat} code={code} onAgain={onAgain} />
		</Page>
	);
}

function SeatScreen(props: {
	readonly seat: SeatStore;
	readonly code: string;
	readonly onAgain: () => void;
}) {
	const { seat, code, onAgain } = props;
	const connection = seat.connection.value;
	const { value: question } = seat.current;
	if (connection.status === "closed") {
		switch (connection.reason) {
			case "removed":
				return <RemovedScreen />;
			case "deleted":
				return <DeletedScreen />;
			case "too-many-connections":
			case "left":
				return <CrowdedOutScreen onAgain={onAgain} />;
			case "refused":
				return <RefusedScreen refusal={connection.refusal.code} code={code} onAgain={onAgain} />;
		}
	}
	if (seat.snapshot.value.status === "closed") {
		const ballot = seat.ballot.value;
		const isUnsettled = ballot.status === "sending" || ballot.status === "not-counted";
		return (
			<EndedScreen code={code}>
				{isUnsettled && (
					<BallotLine ballot={ballot} link={seat.link.value} isOpen={false} hint="" />
				)}
			</EndedScreen>
		);
	}
	if (question === undefined) return <WaitingScreen seat={seat} />;
	return <QuestionScreen seat={seat} question={question} />;
}
