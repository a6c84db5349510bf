/**
 * The transport of the rooms. Whether a socket may upgrade is told from its request at once: the
 * transport's own hook makes a `Request` with `Headers` of each, at the price of a tenth of a join.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type TransportOptions, WebSocketTransport } from "@colyseus/ws-transport";
import type { WebSocket } from "ws";
import type { Arrivals } from "../lib/arrivals.ts";
import { RoomSocket } from "./room-socket.ts";

/** The answer to refuse an upgrade with; `undefined` lets it pass. */
export type UpgradeRefusal = (request: IncomingMessage) => string | undefined;

/** A sweep over all sockets in one go would hold everything up, and their answers would come in one go. */
const PING_SLICE_MS = 100;

export class PollTransport extends WebSocketTransport {
	readonly #refusal: UpgradeRefusal;
	readonly #arrivals: Arrivals;

	constructor(options: TransportOptions, refusal: UpgradeRefusal, arrivals: Arrivals) {
		super({ ...options, WebSocket: RoomSocket });
		this.#refusal = refusal;
		this.#arrivals = arrivals;
	}

	get sockets() {
		return this.wss.clients;
	}

	onSocket(listener: (socket: WebSocket) => void): void {
		this.wss.on("connection", listener);
	}

	/**
	 * Each socket has its turn once every `everyMs`: one that owes `silentMax` answers is closed, one
	 * that has spoken meanwhile is not asked.
	 */
	protected override autoTerminateUnresponsiveClients(everyMs: number, silentMax: number): void {
		const slices = Math.ceil(everyMs / PING_SLICE_MS);
		let slice = 0;
		let waiting = this.#roomSockets();
		let atOnce = 0;
		this.pingInterval = setInterval(() => {
			if (slice === 0) {
				waiting = this.#roomSockets();
				atOnce = Math.ceil(this.wss.clients.size / slices);
			}
			slice = (slice + 1) % slices;
			for (let left = atOnce; left > 0; left -= 1) {
				const { value: socket } = waiting.next();
				if (socket === undefined) return;
				if (socket.hasSpoken()) {
					socket.pingCount = 0;
				} else if (socket.pingCount >= silentMax) {
					socket.terminate();
				} else {
					socket.pingCount += 1;
					socket.ping();
				}
			}
		}, PING_SLICE_MS);
	}

	/** Core prints what is wrong with a frame, with its stack, as often as anybody sends one; `ws` closes the socket. */
	protected override onConnection(
		...connection: Parameters<WebSocketTransport["onConnection"]>
	): Promise<void> {
		const entering = super.onConnection(...connection);
		const [socket] = connection;
		socket.removeAllListeners("error");
		socket.on("error", () => {});
		return entering;
	}

	#roomSockets(): Iterator<RoomSocket, undefined> {
		return (this.wss.clients as Set<RoomSocket>).values();
	}

	protected override listenForUpgrade(server: Server): void {
		server.on("connection", () => this.#arrivals.accepted());
		server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
			// By a listener that ran before.
			if (socket.destroyed) return;
			const refusal = this.#refusal(request);
			if (refusal !== undefined) return refuse(socket, refusal);
			socket.on("error", destroyOnError);
			this.#arrivals.queue(() => {
				socket.removeListener("error", destroyOnError);
				this.wss.handleUpgrade(request, socket, head, (webSocket) =>
					this.wss.emit("connection", webSocket, request),
				);
			});
		});
	}
}

/** Until the socket's own listener is there. */
function destroyOnError(this: Duplex): void {
	this.destroy();
}

function refuse(socket: Duplex, answer: string): void {
	socket.on("error", () => socket.destroy());
	// Nobody reads it any more, so that its other side's end would go unnoticed.
	socket.once("finish", () => socket.destroy());
	socket.end(answer);
}
