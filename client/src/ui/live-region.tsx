/** Reads out what `announce` was told, once, when the reader is free. One for the whole app. */
import { announcement } from "../state/announcer.ts";

export function LiveRegion() {
	return (
		<div class="visually-hidden" role="status" aria-live="polite" aria-atomic="true">
			{announcement.value}
		</div>
	);
}
