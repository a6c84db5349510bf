/**
 * A lane of its own for the request that a whole hall makes in the same moment: a seat that is given
 * is answered without Express, byte for byte as Express would have. Whatever is unusual about a
 * request, and every refusal, goes to Express.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import helmet from "helmet";
import type { ProxyTrust } from "../limits/addresses.ts";
import { clientAddress } from "../limits/addresses.ts";
import { isPlausibleHost } from "./hosts.ts";
import { type CountAnswer, SEATS } from "./http-metrics.ts";
import { type OriginCheck, readableBy } from "./origins.ts";
import { notJson } from "./problem.ts";
import { contextOf } from "./request-context.ts";
import type { SeatGiver } from "./seats.ts";

export interface SeatLaneParts {
	readonly give: SeatGiver;
	readonly count: CountAnswer;
	readonly isDraining: () => boolean;
	readonly isKnownOrigin: OriginCheck;
	readonly isProxy: ProxyTrust;
	readonly bodyMaxBytes: number;
}

const PATH = /^\/api\/polls\/([A-Za-z0-9-]{1,32})\/seats$/;
const BYTE_ORDER_MARK = "\ufeff";
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;

export function seatLane(parts: SeatLaneParts, express: RequestListener): RequestListener {
	return (request, response) => {
		const code = request.method === "POST" ? PATH.exec(request.url ?? "")?.[1] : undefined;
		const size = code === undefined ? undefined : usualSize(parts, request);
		if (code === undefined || size === undefined) return express(request, response);
		const pieces: Buffer[] = [];
		let missing = size;
		const read = (piece: Buffer): void => {
			pieces.push(piece);
			missing -= piece.length;
			if (missing > 0) return;
			void answer(code, pieces.length === 1 ? piece : Buffer.concat(pieces), request, response);
		};
		contextOf(request);
		request.on("data", read);
	};

	async function answer(
		code: string,
		bytes: Buffer,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		const { isProxy, count } = parts;
		const context = contextOf(request);
		try {
			const reservation = await parts.give({
				...{ code, body: parsed(bytes), requestId: context.id },
				address: clientAddress(request, isProxy),
				host: hostOf(request, isProxy),
			});
			count(request, response, () => SEATS);
			const text = JSON.stringify(reservation);
			response.writeHead(200, headers(context.id, request.headers.origin, text)).end(text);
		} catch (cause) {
			context.refusal = { cause };
			// A body that is still being read to its end would be read by Express as well.
			if (request.readable) request.once("close", () => express(request, response));
			else express(request, response);
		}
	}
}

/** Bytes of the body of a request that needs nothing but its seat; `undefined` of any other. */
function usualSize(
	{ isDraining, isKnownOrigin, bodyMaxBytes }: SeatLaneParts,
	{ headers }: IncomingMessage,
): number | undefined {
	const { host, origin } = headers;
	const size = Number(headers["content-length"]);
	const isUsual =
		size > 1 &&
		size <= bodyMaxBytes &&
		JSON_TYPE.test(headers["content-type"] ?? "") &&
		headers["content-encoding"] === undefined &&
		headers.expect === undefined &&
		isPlausibleHost(host) &&
		isKnownOrigin(origin, host) &&
		!isDraining();
	return isUsual ? size : undefined;
}

function parsed(bytes: Buffer): object {
	try {
		const text = bytes.toString();
		const body: unknown = JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
		if (typeof body === "object" && body !== null) return body;
	} catch {}
	throw notJson();
}

/** As `request.host` of Express. */
function hostOf({ headers, socket }: IncomingMessage, isProxy: ProxyTrust): string {
	const forwarded = headers["x-forwarded-host"];
	if (typeof forwarded === "string" && forwarded !== "" && isProxy(socket.remoteAddress ?? "", 0)) {
		return (forwarded.split(",")[0] ?? "").trimEnd();
	}
	return headers.host ?? "";
}

/** In the order in which Express writes them, names and values in turn. */
function headers(requestId: string, origin: string | undefined, text: string): string[] {
	return [
		...["x-request-id", requestId],
		...protective,
		...["Vary", "Origin"],
		...(origin === undefined ? [] : Object.entries(readableBy(origin)).flat()),
		...["Content-Type", "application/json; charset=utf-8"],
		...["Content-Length", `${Buffer.byteLength(text)}`],
	];
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
