import { Page } from "../../ui/page.tsx";
import { Screen } from "../../ui/screen.tsx";

export function HostPage({ code }: { readonly code: string }) {
	return (
		<Page>
			<Screen name="host" heading={code} isQuiet />
		</Page>
	);
}
