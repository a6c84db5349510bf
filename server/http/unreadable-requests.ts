/** Requests that Node cannot even parse get an answer in the API's form, and their socket is closed. */
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { HttpErrorCode } from "../../schema/refusals.ts";
import type { HttpErrorBody } from "../../schema/wire/http.ts";

interface Unreadable {
	/** Code and words. */
	readonly status: string;
	readonly code: HttpErrorCode;
	readonly message: string;
}

const unreadable: Unreadable = {
	status: "400 Bad Request",
	code: "invalid_input",
	message: "The request could not be read.",
};

/** By the code of Node's error. */
const answers: Readonly<Record<string, Unreadable>> = {
	HPE_HEADER_OVERFLOW: {
		status: "413 Payload Too Large",
		code: "payload_too_large",
		message: "The headers are too large.",
	},
	ERR_HTTP_REQUEST_TIMEOUT: {
		status: "408 Request Timeout",
		code: "invalid_input",
		message: "The request took too long to arrive.",
	},
};

export function answerUnreadableRequests(server: Server): void {
	server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
		// Browsers open connections in advance, and say nothing on some of them.
		const hasSpoken = (socket as Socket).bytesRead > 0;
		if (!socket.writable || error.code === "ECONNRESET" || !hasSpoken) {
			socket.destroy();
			return;
		}
		const { status, code, message } = answers[error.code ?? ""] ?? unreadable;
		const requestId = randomUUID();
		const body: HttpErrorBody = { error: { code, message, requestId } };
		const text = JSON.stringify(body);
		socket.end(
			[
				`HTTP/1.1 ${status}`,
				"Content-Type: application/json; charset=utf-8",
				`Content-Length: ${Buffer.byteLength(text)}`,
				`x-request-id: ${requestId}`,
				"Connection: close",
				"",
				text,
			].join("\r\n"),
		);
	});
}
