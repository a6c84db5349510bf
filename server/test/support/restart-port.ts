/** A port to which a server can come back. */
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A free port below those that systems hand out by themselves: clients that keep trying while the
 * server is away would sooner or later be given one of these, its own included, as their source.
 */
export async function restartPort(): Promise<number> {
	while (true) {
		const port = 20_000 + Math.floor(Math.random() * 10_000);
		const probe = createServer().listen(port);
		const isFree = await once(probe, "listening").then(
			() => true,
			() => false,
		);
		probe.close();
		if (isFree) return port;
	}
}
