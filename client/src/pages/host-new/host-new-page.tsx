import { Page } from "../../ui/page.tsx";
import { Screen } from "../../ui/screen.tsx";

export function HostNewPage() {
	return (
		<Page>
			<Screen name="new" heading="…" isQuiet />
		</Page>
	);
}
