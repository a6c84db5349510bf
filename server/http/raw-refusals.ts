/** Refusals for sockets that no response belongs to, in the API's form; the socket is to be closed after them. */
import { STATUS_CODES } from "node:http";
import { type HttpErrorCode, httpStatusOf } from "../../schema/refusals.ts";
import type { HttpErrorBody } from "../../schema/wire/http.ts";

export interface RawRefusal {
	readonly code: HttpErrorCode;
	readonly message: string;
	/** Where the code's own does not fit. */
	readonly status?: number;
	readonly retryAfterSeconds?: number;
}

export function rawRefusal(
	{ code, message, status = httpStatusOf[code], retryAfterSeconds }: RawRefusal,
	requestId: string,
): string {
	const body: HttpErrorBody = { error: { code, message, requestId } };
	const text = JSON.stringify(body);
	return [
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
		"Content-Type: application/json; charset=utf-8",
		`Content-Length: ${Buffer.byteLength(text)}`,
		`x-request-id: ${requestId}`,
		...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
		"Connection: close",
		"",
		text,
	].join("\r\n");
}
