/**
 * What the lanes beside Express have in common: which requests are usual enough for them, and an
 * answer as Express writes it, to the byte.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import helmet from "helmet";
import { clientAddress, type ProxyTrust } from "../limits/addresses.ts";
import { isPlausibleHost } from "./hosts.ts";
import type { CountAnswer } from "./http-metrics.ts";
import { type OriginCheck, readableBy } from "./origins.ts";
import type { Refuser } from "./problem.ts";
import { contextOf } from "./request-context.ts";

export interface LaneParts {
	readonly count: CountAnswer;
	readonly refuse: Refuser;
	readonly isDraining: () => boolean;
	readonly isKnownOrigin: OriginCheck;
	readonly isProxy: ProxyTrust;
}

/** Asks for nothing that only Express knows how to do. */
export function isUsual(
	{ isDraining, isKnownOrigin }: LaneParts,
	{ headers: { host, origin, expect } }: IncomingMessage,
): boolean {
	return (
		expect === undefined && isPlausibleHost(host) && isKnownOrigin(origin, host) && !isDraining()
	);
}

/** Works with who asks; what it throws is what they are told. */
export async function orRefuse(
	{ refuse, isProxy }: LaneParts,
	request: IncomingMessage,
	response: ServerResponse,
	work: (requestId: string, address: string | undefined) => Promise<void>,
): Promise<void> {
	const requestId = contextOf(request).id;
	const address = clientAddress(request, isProxy);
	try {
		await work(requestId, address);
	} catch (cause) {
		const { status, body, retryAfter } = refuse(cause, { requestId, address });
		answerJson(request, response, status, body, retryAfter);
	}
}

export function answerJson(
	request: IncomingMessage,
	response: ServerResponse,
	status: number,
	body: object,
	retryAfter?: string,
): void {
	const text = JSON.stringify(body);
	const { origin } = request.headers;
	// In the order in which Express writes them, names and values in turn.
	response.writeHead(status, [
		...["x-request-id", contextOf(request).id],
		...protective,
		...["Vary", "Origin"],
		...(origin === undefined ? [] : Object.entries(readableBy(origin)).flat()),
		...(retryAfter === undefined ? [] : ["Retry-After", retryAfter]),
		...["Content-Type", "application/json; charset=utf-8"],
		...["Content-Length", `${Buffer.byteLength(text)}`],
	]);
	response.end(text);
}

/** What helmet sets: the same for every answer. */
const protective = ((): readonly string[] => {
	const written: string[] = [];
	const response = {
		setHeader: (name: string, value: string) => written.push(name, value),
		removeHeader() {},
	};
	helmet()({} as IncomingMessage, response as unknown as ServerResponse, () => {});
	return written;
})();
