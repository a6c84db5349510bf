import { equal, match } from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { PollTransport } from "./poll-transport.ts";

const UPGRADE = "Host: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

describe("[S9] an upgrade that is refused", () => {
	it("leaves no socket behind, also when the other side goes on sending and never closes", async () => {
		const server = createServer();
		new PollTransport({ noServer: true, pingInterval: 0 }, () => undefined).attachToServer(server);
		const accepted: Socket[] = [];
		server.on("connection", (socket) => accepted.push(socket));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as AddressInfo;
		const stranger = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
		stranger.on("error", () => {});
		try {
			stranger.write(`GET / HTTP/1.1\r\n${UPGRADE}and then some`);
			const [answer] = await once(stranger, "data");
			match(String(answer), /^HTTP\/1.1 404 /);
			const [socket] = accepted;
			if (socket !== undefined && !socket.destroyed) await once(socket, "close");
			equal(socket?.destroyed, true);
		} finally {
			stranger.destroy();
			for (const socket of accepted) socket.destroy();
			server.close();
		}
	});
});
