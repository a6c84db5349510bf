/** What every page has around it: brand, what is beside it, the settings, and one `<main>`. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { sharedTexts } from "../i18n/texts/shared.ts";
import { Link } from "./link.tsx";
import { Logo } from "./logo.tsx";
import "./page.css";
import { SettingsMenu } from "./settings-menu.tsx";

interface PageProps {
	/** For the tab; the app's name follows. */
	readonly title?: string | undefined;
	/** Shown beside the brand; in place of its name. */
	readonly heading?: string | undefined;
	/** At the end of the header: the connection light, actions. */
	readonly aside?: ComponentChildren;
	readonly class?: string;
	readonly children: ComponentChildren;
}

export function Page({ title, heading, aside, class: more = "", children }: PageProps) {
	const t = sharedTexts.value;
	useEffect(() => {
		document.title = title ? `${title} · ${t.appName}` : t.appName;
	}, [title, t]);
	return (
		<div class={`page ${more}`}>
			<header class="page-header">
				<Link class="page-brand" href="/" aria-label={t.home}>
					<Logo />
					{heading === undefined && t.appName}
				</Link>
				{heading !== undefined && (
					<p class="page-title" dir="auto">
						{heading}
					</p>
				)}
				<div class="page-aside">
					{aside}
					<SettingsMenu />
				</div>
			</header>
			<main class="page-main">{children}</main>
		</div>
	);
}
