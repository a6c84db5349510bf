/**
 * Requests, frame by frame. Core's own dispatcher answers an unknown type or an unreadable
 * payload outside of the contract and closes the connection of whoever sends a malformed
 * message, so frames from clients are read here; joining, leaving and pings stay core's.
 */
import {
	type Client,
	type ClientPrivate,
	ClientState,
	getMessageBytes,
	Protocol,
	ResponseStatus,
	type Room,
} from "@colyseus/core";
import { decode } from "@colyseus/schema";
import { Unpackr } from "msgpackr";
import type { Refusal } from "../../schema/refusals.ts";
import { cutOff, type FloodingSocket } from "../limits/cut-off.ts";
import type { MessageBudget } from "../limits/message-budget.ts";
import type { RoomSocket } from "./room-socket.ts";

/** What is sent back: the answer, or a refusal as the request's rejection. */
export type Reply = { readonly answer: object } | { readonly refusal: Refusal };

export interface RequestFrame {
	readonly id: number;
	readonly type: string;
	/** `undefined` when the frame has none. */
	readonly payload: unknown;
	/** True when the payload is no MessagePack. */
	readonly isMalformed: boolean;
}

/** Some languages pack every integer in 64 bits; as a BigInt it would be no number to the schemas. */
const messagePack = new Unpackr({ useRecords: false, int64AsType: "number" });

type OnMessage = (client: Client & ClientPrivate, buffer: Buffer) => void;

const FRAMES_LEFT_TO_CORE: readonly number[] = [
	Protocol.JOIN_ROOM,
	Protocol.LEAVE_ROOM,
	Protocol.PING,
];

/**
 * Routes every request of the room's clients to `answer`, which calls `done` once, at once or later;
 * frames that are nothing of ours are dropped.
 */
export function answerRequests(
	room: Room,
	budgetOf: (client: Client) => MessageBudget,
	answer: (client: Client, request: RequestFrame, done: (reply: Reply) => void) => void,
): void {
	const internals = room as unknown as { _onMessage: OnMessage };
	const core = internals._onMessage.bind(room);
	internals._onMessage = (client, buffer) => {
		const code = buffer[0];
		// As is somebody cut off: what else a flooder sent comes in one piece with what was too much.
		if (client.state === ClientState.LEAVING) return;
		const budget = budgetOf(client);
		// Every frame counts, also those that are dropped and those left to core.
		if (budget.isFlood()) return sendAway(client);
		if (code === Protocol.ROOM_REQUEST) {
			const head = readHead(buffer);
			if (head === undefined) return;
			const refused = budget.refuse(client.state === ClientState.JOINED);
			if (refused === "drop") return;
			if (refused !== undefined) return sendReply(client, head.id, { refusal: refused });
			const { ref: socket } = client as unknown as { ref: RoomSocket };
			socket.unanswered += 1;
			answer(client, withPayload(head, buffer), (reply) => {
				socket.unanswered -= 1;
				sendReply(client, head.id, reply);
				budget.answered();
			});
		} else if (code !== undefined && FRAMES_LEFT_TO_CORE.includes(code)) {
			core(client, buffer);
		}
	};
}

function sendAway(client: Client): void {
	const { ref } = client as unknown as { ref: FloodingSocket };
	cutOff(ref, (ms, run) => setTimeout(run, ms).unref());
}

/** What is read of every request, in case it is refused. */
interface Head {
	readonly id: number;
	readonly type: string;
	/** Where the payload begins. */
	readonly length: number;
}

/** `undefined` when not even an id can be read: there is nobody to answer. */
export function readHead(buffer: Buffer): Head | undefined {
	const iterator = { offset: 1 };
	let id: number;
	let type: string;
	try {
		id = decode.number(buffer, iterator);
		type = decode.stringCheck(buffer, iterator)
			? decode.string(buffer, iterator)
			: String(decode.number(buffer, iterator));
	} catch {
		return undefined;
	}
	if (!Number.isSafeInteger(id) || id < 0) return undefined;
	return { id, type, length: iterator.offset };
}

/** Unpacked only for a request that is answered. */
export function withPayload({ id, type, length }: Head, buffer: Buffer): RequestFrame {
	try {
		const rest = buffer.subarray(length);
		return {
			id,
			type,
			payload: rest.length > 0 ? messagePack.unpack(rest) : undefined,
			isMalformed: false,
		};
	} catch {
		return { id, type, payload: undefined, isMalformed: true };
	}
}

function sendReply(client: Client & Partial<ClientPrivate>, id: number, reply: Reply): void {
	const bytes =
		"answer" in reply
			? getMessageBytes[Protocol.ROOM_RESPONSE](id, ResponseStatus.OK, reply.answer)
			: getMessageBytes[Protocol.ROOM_RESPONSE](id, ResponseStatus.REJECTED, reply.refusal);
	client.enqueueRaw(bytes);
}
