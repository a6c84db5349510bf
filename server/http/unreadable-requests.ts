/** Requests that Node cannot even parse get an answer in the API's form, and their socket is closed. */
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { type RawRefusal, rawRefusal } from "./raw-refusals.ts";

const unreadable: RawRefusal = {
	code: "invalid_input",
	message: "The request could not be read.",
};

/** By the code of Node's error. */
const answers: Readonly<Record<string, RawRefusal>> = {
	HPE_HEADER_OVERFLOW: { code: "payload_too_large", message: "The headers are too large." },
	ERR_HTTP_REQUEST_TIMEOUT: {
		status: 408,
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
		socket.end(rawRefusal(answers[error.code ?? ""] ?? unreadable, randomUUID()));
	});
}
