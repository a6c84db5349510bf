/** JSON over HTTP/1.1 with kept connections: a tenth of what `fetch` costs its caller. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const ANSWER_WITHIN_MS = 30_000;
const TOO_BUSY = 503;

/**
 * Comes back for as long as the server is too busy, as a client does: the wait is part of what is
 * measured. Rejects with any other answer that is not 2xx. May be sent twice: it is nothing that
 * must not be.
 */
export async function postJson<Answer>(
	origin: string,
	path: string,
	body: object,
): Promise<Answer> {
	const text = JSON.stringify(body);
	const until = performance.now() + ANSWER_WITHIN_MS;
	while (true) {
		const { status, retryAfterMs, answer } = await post(`${origin}${path}`, text);
		// What it is was agreed upon with the server that we have started.
		if (status >= 200 && status < 300) return JSON.parse(answer) as Answer;
		if (status !== TOO_BUSY || performance.now() > until) {
			throw new Error(`POST ${path} was answered with ${status}: ${answer}`);
		}
		await sleep(retryAfterMs);
	}
}

interface Answered {
	readonly status: number;
	readonly retryAfterMs: number;
	readonly answer: string;
}

function post(url: string, text: string): Promise<Answered> {
	return new Promise((resolve, reject) => {
		const call = request(url, {
			...{ method: "POST", agent, timeout: ANSWER_WITHIN_MS },
			headers: { "content-type": "application/json", "content-length": Buffer.byteLength(text) },
		});
		call.once("timeout", () => call.destroy(new Error(`POST ${url} was not answered`)));
		call.once("error", (error: NodeJS.ErrnoException) => {
			// The server has closed a connection that was kept, in the very moment of its use.
			const isStale = call.reusedSocket && error.code === "ECONNRESET";
			if (isStale) resolve(post(url, text));
			else reject(error);
		});
		call.once("response", (response) => {
			const { statusCode: status = 0, headers } = response;
			const retryAfterMs = Number(headers["retry-after"] ?? 1) * 1000;
			const pieces: Buffer[] = [];
			response.on("data", (piece: Buffer) => pieces.push(piece));
			response.once("error", reject);
			response.once("end", () =>
				resolve({ status, retryAfterMs, answer: Buffer.concat(pieces).toString() }),
			);
		});
		call.end(text);
	});
}
