/**
 * Colyseus's own panel over the rooms of all processes, and the two things that operators may do
 * to one of them: whoever is sent away is back by itself a moment later.
 */
import { matchMaker } from "@colyseus/core";
import { monitor } from "@colyseus/monitor";
import type { PollRoom } from "../room/poll-room.ts";

export interface RoomMonitor {
	/** Answers what is asked below `/monitor`, wherever in Express it is mounted without a path. */
	readonly panel: ReturnType<typeof monitor>;
	/** The room answers what it has, sends everybody on and closes. Rejects when it does not answer. */
	closeRoom(roomId: string): Promise<void>;
	/** `false` when the room has no such connection. Rejects when the room does not answer. */
	sendAway(roomId: string, sessionId: string): Promise<boolean>;
}

export function roomMonitor(): RoomMonitor {
	return {
		panel: monitor({
			prefix: "/monitor",
			columns: [
				"roomId",
				{ metadata: "title" },
				{ metadata: "code" },
				{ metadata: "participants" },
				{ metadata: "storage" },
				"clients",
				"elapsedTime",
				"processId",
			],
		}),
		async closeRoom(roomId) {
			// As when its process stops: it does not wait, and its own `disconnect` would let nobody come back.
			await matchMaker.remoteRoomCall<PollRoom>(roomId, "onBeforeShutdown", []);
		},
		async sendAway(roomId, sessionId) {
			return matchMaker.remoteRoomCall<PollRoom>(roomId, "sendAway", [sessionId]);
		},
	};
}
