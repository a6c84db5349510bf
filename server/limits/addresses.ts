/** Whose address a request comes from, and which addresses count as one. */
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { ipKeyGenerator } from "express-rate-limit";
import { LRUCache } from "lru-cache";

/** Express's own notion of a trusted proxy, `app.get("trust proxy fn")`: `hop` counts from 0. */
export type ProxyTrust = (address: string, hop: number) => boolean;

/** Longer than any address. */
const CHARACTERS_MAX = 64;
const REMEMBERED = 1_000;

/** The same, with the answers kept: parsing addresses was a twelfth of what refusing a guess costs. */
export function rememberedTrust(isProxy: ProxyTrust): ProxyTrust {
	const known = new LRUCache<string, boolean>({ max: REMEMBERED });
	return (address, hop) => {
		const before = known.get(address);
		if (before !== undefined) return before;
		const isOurs = isProxy(address, hop);
		if (address.length <= CHARACTERS_MAX) known.set(address, isOurs);
		return isOurs;
	};
}

/** What is read of a request. */
interface Addressed {
	readonly headers: IncomingHttpHeaders;
	readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Somebody with IPv6 has a whole network of addresses: its /56 counts as one. */
export function addressKey(address: string | undefined): string {
	if (address === undefined) return "unknown";
	return isIP(address) === 0 ? address : ipKeyGenerator(address);
}

/** Of an upgrade, which Express never sees: the nearest hop that is no proxy of ours, as `request.ip` is. */
export function clientAddress(request: Addressed, isProxy: ProxyTrust): string | undefined {
	const forwarded = request.headers["x-forwarded-for"] ?? "";
	const hops = String(forwarded)
		.split(",")
		.map((hop) => hop.trim())
		.filter((hop) => hop !== "")
		.reverse();
	let client = request.socket.remoteAddress;
	for (const [place, hop] of hops.entries()) {
		if (client === undefined || !isProxy(client, place)) return client;
		client = hop;
	}
	return client;
}
