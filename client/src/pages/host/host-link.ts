/** The link that makes a device the host: the token in the fragment, which no server ever sees. */
import { addressOf, readCode } from "../../state/router.ts";

export interface HostLink {
	/** Not there when the token alone was given. */
	readonly code: string | undefined;
	readonly hostToken: string;
}

const TOKEN = /^[A-Za-z0-9_-]{22,64}$/;

export function hostLinkOf(code: string, hostToken: string): string {
	return `${addressOf("host", code)}#${hostToken}`;
}

/** A pasted link, or the token alone; `undefined` for anything else. */
export function readHostLink(text: string): HostLink | undefined {
	const typed = text.trim();
	const at = typed.lastIndexOf("#");
	const hostToken = typed.slice(at + 1);
	if (!TOKEN.test(hostToken)) return undefined;
	const isLink = at >= 0 && /\/h\//i.test(typed);
	return { code: isLink ? readCode(typed.slice(0, at)) : undefined, hostToken };
}
