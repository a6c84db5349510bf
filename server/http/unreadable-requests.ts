/** Requests that Node cannot even parse get an answer in the API's form, and their socket is closed. */
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { HttpErrorBody } from "../../schema/wire/http.ts";

export function answerUnreadableRequests(server: Server): void {
	server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
		if (!socket.writable || error.code === "ECONNRESET") {
			socket.destroy();
			return;
		}
		const isTooLarge = error.code === "HPE_HEADER_OVERFLOW";
		const requestId = randomUUID();
		const body: HttpErrorBody = {
			error: {
				code: isTooLarge ? "payload_too_large" : "invalid_input",
				message: isTooLarge ? "The headers are too large." : "The request could not be read.",
				requestId,
			},
		};
		const text = JSON.stringify(body);
		socket.end(
			[
				`HTTP/1.1 ${isTooLarge ? "413 Payload Too Large" : "400 Bad Request"}`,
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
