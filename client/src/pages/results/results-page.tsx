import { Page } from "../../ui/page.tsx";
import { Screen } from "../../ui/screen.tsx";

export function ResultsPage({ code }: { readonly code: string }) {
	return (
		<Page>
			<Screen name="results" heading={code} isQuiet />
		</Page>
	);
}
