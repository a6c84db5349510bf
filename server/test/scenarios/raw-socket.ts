/** A connection without the SDK: the frames as they are on the wire. */
import { Protocol } from "@colyseus/shared-types";
import WebSocket from "ws";
import { until, WireClient } from "../support/wire-client.ts";

export interface RawSocket {
	/** The latest full state and the patches since, without the frame's own byte. */
	readonly states: Buffer[];
	readonly patches: Buffer[];
	close(): void;
}

/** Takes a seat and enters; resolves once the state is here. */
export async function rawSocket(origin: string, code: string, claim: unknown): Promise<RawSocket> {
	const socket = await openSocket(origin, code, claim);
	const states: Buffer[] = [];
	const patches: Buffer[] = [];
	socket.on("message", (frame: Buffer) => {
		if (frame[0] === Protocol.JOIN_ROOM) socket.send(Buffer.of(Protocol.JOIN_ROOM));
		if (frame[0] === Protocol.ROOM_STATE) states.push(frame.subarray(1));
		if (frame[0] === Protocol.ROOM_STATE_PATCH) patches.push(frame.subarray(1));
	});
	await until(() => states.length > 0);
	return { states, patches, close: () => socket.close() };
}

/** The status with which the upgrade was answered: 101 when it went through. */
export async function upgradeStatus(
	origin: string,
	code: string,
	page: string | undefined,
): Promise<number> {
	const socket = await openSocket(origin, code, { role: "viewer" }, page);
	return new Promise((resolve, reject) => {
		socket.once("open", () => {
			socket.close();
			resolve(101);
		});
		socket.once("unexpected-response", (_request, response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		});
		socket.once("error", reject);
	});
}

async function openSocket(
	origin: string,
	code: string,
	claim: unknown,
	page?: string,
): Promise<WebSocket> {
	const seat = await new WireClient(origin).http("POST", `/api/polls/${code}/seats`, claim);
	const { processId, roomId, sessionId, publicAddress } = seat.body;
	const address = publicAddress ?? new URL(origin).host;
	const headers = page === undefined ? {} : { origin: page };
	return new WebSocket(`ws://${address}/${processId}/${roomId}?sessionId=${sessionId}`, {
		headers,
	});
}
