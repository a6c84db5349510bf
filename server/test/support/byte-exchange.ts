/** One request on a connection of its own, and the bytes of its answer. */
import { connect } from "node:net";

export interface ByteRequest {
	readonly method: string;
	readonly path: string;
	readonly headers: readonly string[];
	readonly body?: string;
	/** The body goes in pieces of this size. */
	readonly pieceBytes?: number;
}

export function byteExchange(origin: string, request: ByteRequest): Promise<string> {
	const { method, path, headers, body, pieceBytes = Number.POSITIVE_INFINITY } = request;
	const { hostname, port, host } = new URL(origin);
	const bytes = Buffer.from(body ?? "");
	const head = [
		`${method} ${path} HTTP/1.1`,
		`Host: ${host}`,
		"Connection: close",
		...headers,
		...(body === undefined ? [] : [`Content-Length: ${bytes.length}`]),
	];
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), hostname);
		const pieces: Buffer[] = [];
		socket.on("data", (piece) => pieces.push(piece));
		socket.once("error", reject);
		socket.once("close", () => resolve(Buffer.concat(pieces).toString()));
		socket.write(`${head.join("\r\n")}\r\n\r\n`);
		const write = (from: number): void => {
			socket.write(bytes.subarray(from, from + pieceBytes));
			if (from + pieceBytes < bytes.length) setTimeout(write, 5, from + pieceBytes);
		};
		if (bytes.length > 0) write(0);
	});
}

/** Without what differs from one answer to the next: the time, a seat's id and how long to wait. */
export function comparable(answer: string): string {
	return answer
		.replace(/^Date: .*$/m, "Date: -")
		.replace(/^Retry-After: \d+\r$/m, "Retry-After: -\r")
		.replace(/"sessionId":"[^"]+"/, '"sessionId":"-"');
}
