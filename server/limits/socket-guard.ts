/**
 * How many sockets one address may hold. Connections that have said nothing yet are bounded by
 * sending the oldest away: browsers open some in advance, and one that means it speaks at once.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { addressKey, clientAddress, type ProxyTrust } from "./addresses.ts";
import type { OnLimited } from "./limit-exceeded.ts";
import { SILENT_CONNECTIONS_PER_ADDRESS, SOCKETS_PER_ADDRESS } from "./numbers.ts";

/** What a WebSocket beyond the bound is answered. */
export type SocketRefusal = (request: IncomingMessage) => string;

/** Call it after the transport has attached itself: the guard's listeners have to run before its own. */
export function guardSockets(
	server: Server,
	isProxy: ProxyTrust,
	refusal: SocketRefusal,
	onLimited: OnLimited,
): void {
	const silent = new SilentConnections((address) => onLimited("silent-connections", address));
	const open = new Map<string, number>();

	server.prependListener("connection", (socket: Socket) => {
		const { remoteAddress } = socket;
		if (remoteAddress !== undefined && !isProxy(remoteAddress, 0)) {
			silent.add(socket, addressKey(remoteAddress));
		}
	});
	server.prependListener("request", ({ socket }: IncomingMessage) => silent.remove(socket));
	server.prependListener("upgrade", (request: IncomingMessage, socket: Duplex) => {
		silent.remove(request.socket);
		const address = clientAddress(request, isProxy);
		const key = addressKey(address);
		const count = open.get(key) ?? 0;
		if (count >= SOCKETS_PER_ADDRESS) {
			onLimited("sockets", address);
			// Destroyed in the same step, because the transport's listener comes next and looks for that.
			socket.write(refusal(request));
			socket.destroy();
			return;
		}
		open.set(key, count + 1);
		socket.once("close", () => {
			const left = (open.get(key) ?? 1) - 1;
			if (left > 0) open.set(key, left);
			else open.delete(key);
		});
	});
}

class SilentConnections {
	readonly #onFull: (address: string) => void;
	readonly #byAddress = new Map<string, Set<Socket>>();
	readonly #addresses = new Map<Socket, string>();

	constructor(onFull: (address: string) => void) {
		this.#onFull = onFull;
	}

	add(socket: Socket, address: string): void {
		const sockets = this.#byAddress.get(address) ?? new Set();
		this.#byAddress.set(address, sockets.add(socket));
		this.#addresses.set(socket, address);
		socket.once("close", () => this.remove(socket));
		if (sockets.size <= SILENT_CONNECTIONS_PER_ADDRESS) return;
		const [oldest] = sockets;
		if (oldest === undefined) return;
		this.#onFull(address);
		this.remove(oldest);
		oldest.destroy();
	}

	remove(socket: Socket): void {
		const address = this.#addresses.get(socket);
		if (address === undefined) return;
		this.#addresses.delete(socket);
		const sockets = this.#byAddress.get(address);
		sockets?.delete(socket);
		if (sockets?.size === 0) this.#byAddress.delete(address);
	}
}
