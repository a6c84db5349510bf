/** The app: the page of the route, loaded when it is first needed, and the live region. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { sharedTexts } from "../i18n/texts/shared.ts";
import { type Route, route } from "../state/router.ts";
import { Button, ButtonLink } from "./button.tsx";
import { LiveRegion } from "./live-region.tsx";
import { Page } from "./page.tsx";
import { Screen } from "./screen.tsx";

// biome-ignore lint/suspicious/noExplicitAny: each page takes the fields of its own route.
type AnyPage = ComponentType<any>;
type Load = () => Promise<AnyPage>;
export type Pages = { readonly [Page in Exclude<Route["page"], "unknown">]: Load };

type Loaded = { readonly page: Route["page"]; readonly component: AnyPage | undefined };

export function App({ pages }: { readonly pages: Pages }) {
	const { value: shown } = route;
	return (
		<>
			{shown.page === "unknown" ? (
				<UnknownPage />
			) : (
				<LoadedPage load={pages[shown.page]} route={shown} key={JSON.stringify(shown)} />
			)}
			<LiveRegion />
		</>
	);
}

function LoadedPage({ load, route }: { readonly load: Load; readonly route: Route }) {
	const [loaded, setLoaded] = useState<Loaded | "failed" | undefined>(undefined);
	useEffect(() => {
		load().then(
			(component) => setLoaded({ page: route.page, component }),
			() => setLoaded("failed"),
		);
	}, []);
	if (loaded === "failed") return <FailedPage />;
	if (loaded?.component === undefined) return <p class="boot">{sharedTexts.value.loading}</p>;
	const Component = loaded.component;
	return <Component {...route} />;
}

/** Reloading also helps when a newer version has taken the place of the files that were asked for. */
function FailedPage() {
	const t = sharedTexts.value;
	return (
		<Page>
			<Screen name="load-failed" heading={t.loadFailed} isQuiet>
				<p class="lead">{t.loadFailedHint}</p>
				<div class="row">
					<Button look="primary" large onClick={() => location.reload()}>
						{t.tryAgain}
					</Button>
				</div>
			</Screen>
		</Page>
	);
}

function UnknownPage() {
	const t = sharedTexts.value;
	return (
		<Page title={t.notFound}>
			<Screen name="unknown" heading={t.notFound} isQuiet>
				<div class="row">
					<ButtonLink href="/" look="primary" large>
						{t.toStart}
					</ButtonLink>
				</div>
			</Screen>
		</Page>
	);
}
