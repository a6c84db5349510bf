/**
 * Imported into the servers under measurement: whoever connects to the socket `BENCH_PROBE` is told
 * their memory as JSON, after a full collection. Needs `--expose-gc`.
 */
import { createServer } from "node:net";
import { setImmediate } from "node:timers/promises";

const server = createServer(async (socket) => {
	socket.on("error", () => {});
	// Twice: what the first one finalises is free only after the second.
	for (let round = 0; round < 2; round += 1) {
		globalThis.gc?.();
		await setImmediate();
	}
	socket.end(JSON.stringify(process.memoryUsage()));
});
server.listen(process.env["BENCH_PROBE"]).unref();
