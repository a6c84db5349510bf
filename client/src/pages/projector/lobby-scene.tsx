/** Before the first question: how to come in, huge, and a hall that fills. */
import { projectorTexts } from "../../i18n/texts/projector.ts";
import type { PollSnapshot } from "../../session/view.ts";
import type { LinkStatus } from "../../state/link-status.ts";
import { addressOf } from "../../state/router.ts";
import { ConnectionLight } from "../../ui/connection-light.tsx";
import { Hall } from "../../ui/logo.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import { Screen } from "../../ui/screen.tsx";
import "./lobby-scene.css";
import { CodeInLarge, HostName } from "./way-in.tsx";

interface LobbyProps {
	readonly snapshot: PollSnapshot;
	readonly link: LinkStatus;
}

const LONG_TITLE = 60;

export function LobbyScene({ snapshot, link }: LobbyProps) {
	const t = projectorTexts.value;
	const { title, code, participants } = snapshot;
	return (
		<Screen
			name="projector:lobby"
			heading={title || t.welcome}
			class={`lobby ${title.length > LONG_TITLE ? "is-long" : ""}`}
		>
			<div class="lobby-door">
				<p class="lobby-line">
					<span class="soft">{t.joinAt}</span> <HostName />
				</p>
				<p class="lobby-line soft">{t.withCode}</p>
				<CodeInLarge code={code} />
			</div>
			<div class="lobby-qr">
				<QrCode address={addressOf("join", code)} />
			</div>
			<div class="lobby-people">
				<Hall rows={ROWS} lit={seatsTaken(participants)} class="lobby-hall" />
				<p class="lobby-count number">{t.joined(participants)}</p>
				<ConnectionLight status={link} isTerse />
			</div>
		</Screen>
	);
}

const ROWS = [15, 11, 7];
const SEATS = 33;

/** A seat a person, from the front row's middle outwards; a full hall stays full. */
function seatsTaken(people: number): number[] {
	return frontToBack.slice(0, Math.min(people, SEATS));
}

const frontToBack = ROWS.map((seats, row) => {
	const first = ROWS.slice(0, row).reduce((sum, before) => sum + before, 0);
	const middle = first + Math.floor(seats / 2);
	return Array.from({ length: seats }, (_, place) => first + place).sort(
		(a, b) => Math.abs(a - middle) - Math.abs(b - middle),
	);
})
	.reverse()
	.flat();
