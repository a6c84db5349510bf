/** The first page: a code leads in, a button leads to a poll of one's own. */
import { homeTexts } from "../../i18n/texts/home.ts";
import { navigate, pathTo } from "../../state/router.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { CodeField } from "../../ui/code-field.tsx";
import { Hall } from "../../ui/logo.tsx";
import { Page } from "../../ui/page.tsx";
import { Screen } from "../../ui/screen.tsx";
import "./home-page.css";

const ROWS = [23, 19, 15, 11, 7];
// Scattered, yet the same on every visit.
const LIT = Array.from({ length: 75 }, (_, seat) => seat).filter(
	(seat) => (seat * seat * 7 + seat * 5) % 19 < 7,
);

export function HomePage() {
	const t = homeTexts.value;
	return (
		<Page>
			<div class="home">
				<Hall rows={ROWS} lit={LIT} class="home-hall" />
				<Screen name="home" heading={t.heading}>
					<p class="lead">{t.lead}</p>
					<CodeField onCode={(code) => navigate(pathTo("join", code))} />
					<div class="home-start">
						<p class="soft">{t.hostQuestion}</p>
						<ButtonLink href="/host">{t.start}</ButtonLink>
					</div>
				</Screen>
			</div>
		</Page>
	);
}
