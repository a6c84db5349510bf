import { once } from "node:events";
import { createServer } from "node:net";

const FIRST = 20_000;
const COUNT = 10_000;

/** One after the other from here: a port that is not yet used by whom it was given to is given to nobody else. */
let next = Math.floor(Math.random() * COUNT);

/**
 * A free port of 127.0.0.1, from 20000 to 29999: below those that systems hand out by themselves.
 * A client that keeps trying while its server is away would sooner or later be given one of these
 * as its own source, and the server could not come back.
 */
export async function freePort(): Promise<number> {
	while (true) {
		const port = FIRST + next;
		next = (next + 1) % COUNT;
		if (await isFree(port)) return port;
	}
}

/** The first free port of 127.0.0.1 from `first` on. */
export async function freePortFrom(first: number): Promise<number> {
	let port = first;
	while (!(await isFree(port))) port += 1;
	return port;
}

/** Whether 127.0.0.1 has nothing that listens on `port`. */
export async function isFree(port: number): Promise<boolean> {
	const probe = createServer().listen(port, "127.0.0.1");
	const free = await once(probe, "listening").then(
		() => true,
		() => false,
	);
	probe.close();
	return free;
}

/** Throws a sentence when something listens there: it would be taken for the server to be started. */
export async function requireFree(name: string, port: number): Promise<void> {
	if (await isFree(port)) return;
	throw new Error(`${name} cannot have port ${port}: something else listens there`);
}
