/** Which page is shown: the address bar's path, read into a route. Without patterns or nesting. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { PollCode } from "../../../schema/ids.ts";
import { parsePollCode } from "../../../schema/poll-code.ts";

/** Pages of one poll. A code that cannot be one is kept as typed, to be shown. */
export type PollPage = "join" | "host" | "projector" | "results";

export type Route =
	| { readonly page: "home" | "new" | "unknown" }
	| { readonly page: PollPage; readonly code: string };

const PREFIXES: { readonly [Page in PollPage]: string } = {
	join: "/j/",
	host: "/h/",
	projector: "/p/",
	results: "/r/",
};

export function parseRoute(pathname: string): Route {
	const path = pathname.replace(/\/+$/, "");
	if (path === "") return { page: "home" };
	if (path === "/host") return { page: "new" };
	for (const page of Object.keys(PREFIXES) as PollPage[]) {
		const prefix = PREFIXES[page];
		const code = path.startsWith(prefix) ? decoded(path.slice(prefix.length)) : "";
		if (code !== "" && !code.includes("/")) return { page, code: parsePollCode(code) ?? code };
	}
	return { page: "unknown" };
}

export function pathTo(page: PollPage, code: string): string {
	return PREFIXES[page] + encodeURIComponent(code);
}

/** The whole address, as shown to people and put into QR codes. */
export function addressOf(page: PollPage, code: string): string {
	return location.origin + pathTo(page, code);
}

/** What somebody typed or pasted, as a code: lower case, spaces, dashes, or a link to the poll. */
export function readCode(text: string): PollCode | undefined {
	const fromLink = /\/[jhpr]\/([^/?#\s]+)/i.exec(text)?.[1] ?? text;
	return parsePollCode(fromLink.replace(/[\s-]+/g, ""));
}

const current = signal<Route>(
	typeof location === "undefined" ? { page: "home" } : parseRoute(location.pathname),
);
export const route: ReadonlySignal<Route> = current;

/** @param path may carry a fragment. */
export function navigate(path: string, options: { readonly replace?: boolean } = {}): void {
	if (options.replace) history.replaceState(null, "", path);
	else history.pushState(null, "", path);
	follow();
}

/** Follows the back and forward buttons. Once. */
export function startRouter(): void {
	addEventListener("popstate", follow);
}

/** The fragment without `#`, and gone from the address bar: a token there is read once. */
export function takeFragment(): string | undefined {
	const fragment = location.hash.slice(1);
	if (fragment === "") return undefined;
	history.replaceState(null, "", location.pathname + location.search);
	return decoded(fragment);
}

function follow(): void {
	const next = parseRoute(location.pathname);
	if (JSON.stringify(next) === JSON.stringify(current.peek())) return;
	current.value = next;
	scrollTo(0, 0);
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
