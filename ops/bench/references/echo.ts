/** The floor under everything: a WebSocket server that answers requests and does nothing else. */
import { decode, encode } from "@colyseus/schema";
import { Protocol } from "@colyseus/shared-types";
import { WebSocketServer } from "ws";

const port = Number(process.env["PORT"]);
const server = new WebSocketServer({ port, host: "127.0.0.1", perMessageDeflate: false });

server.on("connection", (socket) => {
	socket.on("message", (frame: Buffer) => {
		const id = decode.number(frame, { offset: 1 });
		const reply = Buffer.alloc(16);
		const place = { offset: 1 };
		reply[0] = Protocol.ROOM_RESPONSE;
		encode.number(reply, id, place);
		// The next byte is 0: resolved, without a value.
		socket.send(reply.subarray(0, place.offset + 1));
	});
});
server.on("listening", () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
