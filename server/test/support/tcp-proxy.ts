/** A TCP proxy that misbehaves on demand: what lies between a process and its database on a bad day. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** `black-hole` accepts and swallows in both directions; `refuse` resets every new connection. */
export type ProxyMode = "forward" | "black-hole" | "refuse";

export interface TcpProxy {
	readonly port: number;
	mode: ProxyMode;
	/** Added to every chunk, each way. */
	delayMs: number;
	/** Resets the connections through which the next chunk goes to the target, `ms` after it went. */
	cutAfterNextRequest(ms: number): void;
	/** Resets every connection now. */
	cut(): void;
	/** Cuts everything and stops listening. */
	close(): Promise<void>;
}

export async function tcpProxy(targetPort: number, targetHost = "127.0.0.1"): Promise<TcpProxy> {
	const links = new Set<{ cut(): void }>();
	let cutAfterMs: number | undefined;

	const server = createServer((near) => {
		if (proxy.mode === "refuse") return void near.resetAndDestroy();
		const far = connect(targetPort, targetHost);
		const link = {
			cut() {
				near.resetAndDestroy();
				far.resetAndDestroy();
			},
		};
		links.add(link);
		forward(near, far, () => {
			if (cutAfterMs === undefined) return;
			setTimeout(() => link.cut(), cutAfterMs);
			cutAfterMs = undefined;
		});
		forward(far, near, () => {});
		near.once("close", () => links.delete(link));
	});

	function forward(from: Socket, to: Socket, passed: () => void): void {
		from.on("error", () => {});
		from.on("close", () => to.destroy());
		from.on("data", (chunk) => {
			if (proxy.mode === "black-hole") return;
			const pass = (): void => {
				if (!to.destroyed) to.write(chunk);
				passed();
			};
			if (proxy.delayMs > 0) setTimeout(pass, proxy.delayMs);
			else pass();
		});
	}

	const proxy: TcpProxy = {
		port: 0,
		mode: "forward",
		delayMs: 0,
		cutAfterNextRequest(ms) {
			cutAfterMs = ms;
		},
		cut() {
			for (const link of links) link.cut();
		},
		async close() {
			proxy.cut();
			server.close();
			await once(server, "close");
		},
	};
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return Object.assign(proxy, { port: (server.address() as AddressInfo).port });
}
