import { phoneTexts } from "../../i18n/texts/phone.ts";
import { useSeconds } from "../../state/use-seconds.ts";
import { Screen } from "../../ui/screen.tsx";

// Sooner it would only flicker.
const EXPLAIN_AFTER_SECONDS = 2;

/** Looking for the poll, or entering it: words from the start, seconds when it takes long. */
export function TryingScreen(props: {
	readonly status: "looking" | "entering";
	readonly since: number;
}) {
	const t = phoneTexts.value;
	const seconds = useSeconds(props.since);
	return (
		<Screen name={props.status} heading={t[props.status]} isQuiet class="trying">
			{seconds >= EXPLAIN_AFTER_SECONDS && <p class="lead number">{t.stillTrying(seconds)}</p>}
		</Screen>
	);
}
