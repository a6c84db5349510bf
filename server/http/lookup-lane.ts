/**
 * A lane of its own for what a code guesser sends: a poll is looked up before Express sees the
 * request, so that a wrong code costs little. What is found goes on to Express, with the poll.
 */
import type { RequestListener } from "node:http";
import { isUsual, type LaneParts, orRefuse } from "./lane.ts";
import { bearerHash, POLL, type PollFinder } from "./polls.ts";
import { contextOf } from "./request-context.ts";

export interface LookupLaneParts extends LaneParts {
	readonly find: PollFinder;
}

const PATH = /^\/api\/polls\/([A-Za-z0-9-]{1,32})(\/results|\/export)?$/;

export function lookupLane(parts: LookupLaneParts, next: RequestListener): RequestListener {
	return (request, response) => {
		const { method, url = "", headers } = request;
		const [, typed, part = ""] = PATH.exec(url) ?? [];
		const isLookup = method === "GET" || (method === "DELETE" && part === "");
		const hasBody =
			headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
		if (typed === undefined || !isLookup || hasBody || !isUsual(parts, request)) {
			return next(request, response);
		}
		parts.count(request, response, () => POLL + part);
		void orRefuse(parts, request, response, async (_requestId, address) => {
			const tokenHash = bearerHash(request);
			contextOf(request).poll = await parts.find({ typed, address, tokenHash });
			next(request, response);
		});
	};
}
