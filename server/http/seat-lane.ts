/**
 * A lane of its own for the request that a whole hall makes in the same moment, and a flooder again
 * and again: a seat is given or refused without Express, byte for byte as Express would have.
 * Whatever is unusual about a request goes to Express.
 */
import type { IncomingMessage, RequestListener } from "node:http";
import type { Arrivals } from "../lib/arrivals.ts";
import type { ProxyTrust } from "../limits/addresses.ts";
import { SEATS } from "./http-metrics.ts";
import { answerJson, isUsual, type LaneParts, orRefuse } from "./lane.ts";
import { notJson } from "./problem.ts";
import type { SeatGiver } from "./seats.ts";

export interface SeatLaneParts extends LaneParts {
	readonly give: SeatGiver;
	readonly bodyMaxBytes: number;
	readonly arrivals: Pick<Arrivals, "queue">;
}

const PATH = /^\/api\/polls\/([A-Za-z0-9-]{1,32})\/seats$/;
const BYTE_ORDER_MARK = "\ufeff";
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;

export function seatLane(parts: SeatLaneParts, next: RequestListener): RequestListener {
	return (request, response) => {
		const code = request.method === "POST" ? PATH.exec(request.url ?? "")?.[1] : undefined;
		const size = code === undefined ? undefined : usualSize(parts, request);
		if (code === undefined || size === undefined) return next(request, response);
		const pieces: Buffer[] = [];
		let missing = size;
		const read = (piece: Buffer): void => {
			pieces.push(piece);
			missing -= piece.length;
			if (missing > 0) return;
			const bytes = pieces.length === 1 ? piece : Buffer.concat(pieces);
			const give = async (requestId: string, address: string | undefined): Promise<void> => {
				const host = hostOf(request, parts.isProxy);
				const body = parsed(bytes);
				const reservation = await parts.give({ code, body, requestId, address, host });
				answerJson(request, response, 200, reservation);
			};
			parts.arrivals.queue(() => void orRefuse(parts, request, response, give));
		};
		parts.count(request, response, () => SEATS);
		request.on("data", read);
	};
}

/** Bytes of the body of a request that needs nothing but its seat; `undefined` of any other. */
function usualSize(parts: SeatLaneParts, request: IncomingMessage): number | undefined {
	const { headers } = request;
	const size = Number(headers["content-length"]);
	const isOwn =
		size > 1 &&
		size <= parts.bodyMaxBytes &&
		JSON_TYPE.test(headers["content-type"] ?? "") &&
		headers["content-encoding"] === undefined &&
		isUsual(parts, request);
	return isOwn ? size : undefined;
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
