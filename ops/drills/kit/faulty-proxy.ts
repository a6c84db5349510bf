/**
 * What lies between two parts of the system on a bad day: a TCP proxy that delays, holds, swallows,
 * resets and refuses. Bytes stay in order; a connection that lost some is reset when it heals, as
 * a network would, because no stream goes on behind a gap.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type Lane, laneTo } from "./proxy-lane.ts";

/**
 * `hold` keeps the bytes and delivers them at the end of it, late; `swallow` never does; `refuse`
 * resets whoever comes.
 */
export type ProxyMode = "forward" | "hold" | "swallow" | "refuse";
/** Which way a mode works: to the target, back from it, or both. */
export type Direction = "requests" | "replies" | "both";

export interface FaultyProxy {
	readonly port: number;
	/** Everything goes wrong from now on, on connections old and new. */
	set(mode: ProxyMode, direction?: Direction): void;
	/** Added on each way from now on. */
	delay(ms: number): void;
	/** Forwards again without delay; resets the connections that lost bytes. */
	heal(): void;
	/** Resets the connection through which the next bytes go to the target, `ms` after they went. */
	resetAfterNextRequest(ms: number): void;
	/** Resets every connection; returns how many. */
	cut(): number;
	/** Ends every connection at the target without telling the other side, which goes on alone. */
	halfOpen(): number;
	/** Resets everything and stops listening. */
	close(): Promise<void>;
}

export interface ProxyOptions {
	readonly port?: number;
	/** Sees every piece that comes back from the target; a hit by content is its own business. */
	readonly onReply?: (piece: Buffer) => void;
}

interface Link {
	readonly near: Socket;
	readonly far: Socket;
	readonly lanes: readonly [requests: Lane, replies: Lane];
	isMute: boolean;
}

export async function faultyProxy(
	targetPort: number,
	{ port = 0, onReply }: ProxyOptions = {},
): Promise<FaultyProxy> {
	const links = new Set<Link>();
	let mode: ProxyMode = "forward";
	let direction: Direction = "both";
	let delayMs = 0;
	let resetAfterMs: number | undefined;

	const server = createServer({ allowHalfOpen: true }, (near) => {
		if (mode === "refuse") return void near.resetAndDestroy();
		const far = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
		const link: Link = { near, far, lanes: [laneTo(far), laneTo(near)], isMute: false };
		links.add(link);
		for (const lane of link.lanes) lane.delayMs = delayMs;
		hold(link);
		carry(link, near, 0);
		carry(link, far, 1);
		near.setNoDelay(true);
		far.setNoDelay(true);
		near.once("close", () => links.delete(link));
	});

	function carry(link: Link, from: Socket, way: 0 | 1): void {
		const other = from === link.near ? link.far : link.near;
		from.on("error", () => {});
		from.on("data", (piece: Buffer) => {
			if (way === 1) onReply?.(piece);
			if (link.isMute) return;
			if (mode === "swallow" && isHit(way)) link.lanes[way].hasLost = true;
			else link.lanes[way].push(piece);
			if (way === 0 && resetAfterMs !== undefined) {
				setTimeout(() => reset(link), resetAfterMs);
				resetAfterMs = undefined;
			}
		});
		from.on("end", () => {
			if (!link.isMute) link.lanes[way].end();
		});
		from.on("close", (hadError) => {
			if (link.isMute && from === link.far) return;
			// Refused, reset or gone: the other side learns of it the same way.
			if (hadError) other.resetAndDestroy();
			else if (from === link.near) other.destroy();
		});
	}

	function isHit(way: 0 | 1): boolean {
		return direction === "both" || direction === (way === 0 ? "requests" : "replies");
	}

	function hold({ lanes }: Link): void {
		for (const way of [0, 1] as const) lanes[way].isHeld = mode === "hold" && isHit(way);
	}

	function reset({ near, far }: Link): void {
		near.resetAndDestroy();
		far.resetAndDestroy();
	}

	const proxy: FaultyProxy = {
		get port() {
			return (server.address() as AddressInfo).port;
		},
		set(wanted, which = "both") {
			mode = wanted;
			direction = which;
			for (const link of links) hold(link);
			if (wanted === "refuse") proxy.cut();
		},
		delay(ms) {
			delayMs = ms;
			for (const { lanes } of links) for (const lane of lanes) lane.delayMs = ms;
		},
		heal() {
			proxy.delay(0);
			proxy.set("forward");
			resetAfterMs = undefined;
			for (const link of links) {
				if (link.isMute || link.lanes.some(({ hasLost }) => hasLost)) reset(link);
			}
		},
		resetAfterNextRequest(ms) {
			resetAfterMs = ms;
		},
		cut() {
			const cut = [...links];
			for (const link of cut) reset(link);
			return cut.length;
		},
		halfOpen() {
			const left = [...links];
			for (const link of left) {
				link.isMute = true;
				link.far.destroy();
			}
			return left.length;
		},
		async close() {
			server.close();
			proxy.cut();
			await once(server, "close");
		},
	};
	server.listen(port, "127.0.0.1");
	await once(server, "listening");
	return proxy;
}
