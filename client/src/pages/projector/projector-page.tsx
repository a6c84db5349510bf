import { Page } from "../../ui/page.tsx";
import { Screen } from "../../ui/screen.tsx";

export function ProjectorPage({ code }: { readonly code: string }) {
	return (
		<Page>
			<Screen name="projector" heading={code} isQuiet />
		</Page>
	);
}
