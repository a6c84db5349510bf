import { phoneTexts } from "../../i18n/texts/phone.ts";
import { Hall } from "../../ui/logo.tsx";
import { Screen } from "../../ui/screen.tsx";
import type { SeatStore } from "./seat-store.ts";
import "./waiting-screen.css";

/** In the poll, before the first question. */
export function WaitingScreen({ seat }: { readonly seat: SeatStore }) {
	const t = phoneTexts.value;
	const { online } = seat.snapshot.value;
	return (
		<Screen name="waiting" heading={t.welcome(seat.nickname)} isQuiet class="waiting">
			<p class="lead">{t.waitingLead}</p>
			<Hall rows={ROWS} lit={seatsTaken(online)} class="waiting-hall" />
			<p class="soft number">{t.hereNow(online)}</p>
		</Screen>
	);
}

const ROWS = [19, 15, 11, 7];
const SEATS = 52;

/** A seat a person, from the middle of the front row outwards; a full hall stays full. */
function seatsTaken(online: number): number[] {
	const taken = Math.min(online, SEATS);
	return frontToBack.slice(0, taken);
}

const frontToBack = ROWS.map((seats, row) => {
	const first = ROWS.slice(0, row).reduce((sum, before) => sum + before, 0);
	const middle = Math.floor(seats / 2);
	return Array.from({ length: seats }, (_, place) => first + place).sort(
		(a, b) => Math.abs(a - first - middle) - Math.abs(b - first - middle),
	);
})
	.reverse()
	.flat();
