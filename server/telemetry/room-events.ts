/** What rooms report; logs and metrics listen, rooms know neither. */
import type { PollId } from "../../schema/ids.ts";

export type RoomEvent =
	| {
			readonly type: "activated";
			readonly pollId: PollId;
			readonly epoch: number;
			readonly entries: number;
	  }
	| { readonly type: "activation-failed"; readonly pollId: PollId; readonly cause: unknown }
	| {
			readonly type: "ended";
			readonly pollId: PollId;
			readonly reason: string;
			readonly cause: unknown;
	  }
	| {
			readonly type: "bug";
			readonly pollId: PollId;
			readonly method: string;
			readonly cause: unknown;
	  };

export type RoomObserver = (event: RoomEvent) => void;
