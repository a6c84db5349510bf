/** Starts the pages in the browser; the one place that knows them all, each loaded when needed. */
import { render } from "preact";
import { applyPreferences } from "./state/preferences.ts";
import { startRouter } from "./state/router.ts";
import { App, type Pages } from "./ui/app.tsx";
import "./ui/styles/index.css";

const pages: Pages = {
	home: async () => (await import("./pages/home/home-page.tsx")).HomePage,
	join: async () => (await import("./pages/phone/phone-page.tsx")).PhonePage,
	new: async () => (await import("./pages/host-new/host-new-page.tsx")).HostNewPage,
	host: async () => (await import("./pages/host/host-page.tsx")).HostPage,
	projector: async () => (await import("./pages/projector/projector-page.tsx")).ProjectorPage,
	results: async () => (await import("./pages/results/results-page.tsx")).ResultsPage,
};

applyPreferences(document.documentElement);
startRouter();
const root = document.getElementById("app");
if (root === null) throw new Error("index.html has an element #app");
root.replaceChildren();
render(<App pages={pages} />, root);
