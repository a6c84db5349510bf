/** Many requests down one socket at once: what costs a client least, and a server all the same. */
import { connect } from "node:net";

const WITHIN_MS = 90_000;

export interface Guess {
	readonly path: string;
	/** What the proxy says of where it comes from. */
	readonly address: string;
}

/** The statuses in the order of the requests; rejects when they are not all there within 90 s. */
export function pipeline(port: number, guesses: readonly Guess[]): Promise<readonly number[]> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, "127.0.0.1");
		let text = "";
		const timer = setTimeout(() => end(new Error(`only ${statuses().length} answers`)), WITHIN_MS);
		const statuses = () =>
			[...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
		function end(problem?: Error): void {
			clearTimeout(timer);
			socket.destroy();
			if (problem === undefined) resolve(statuses());
			else reject(problem);
		}
		socket.on("error", end);
		socket.on("data", (chunk) => {
			text += chunk.toString("latin1");
			if (statuses().length === guesses.length) end();
		});
		const requests = guesses.map(
			({ path, address }) =>
				`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n\r\n`,
		);
		socket.write(requests.join(""));
	});
}
