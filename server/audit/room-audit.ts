/** What happens in rooms, as far as the audit log wants to know of it. */
import { assertNever } from "../lib/assert-never.ts";
import type { HostAction, RoomObserver } from "../telemetry/room-events.ts";
import type { AuditDetails, AuditKind } from "./audit-events.ts";
import type { AuditLog } from "./audit-log.ts";

export function auditRoomEvents(audit: Pick<AuditLog, "record">): RoomObserver {
	return (event) => {
		if (event.type === "host-acted") {
			const { pollId, requestId, action } = event;
			const [kind, details] = told(action);
			audit.record({ kind, outcome: "done", pollId, requestId, details });
		}
		if (event.type === "seat-refused" && event.code === "unauthorized") {
			const { pollId, requestId, address } = event;
			const kind = "participant-token-refused";
			audit.record({ kind, outcome: "refused", pollId, requestId, address });
		}
	};
}

function told(action: HostAction): [AuditKind, AuditDetails?] {
	switch (action.kind) {
		case "question-opened":
		case "question-closed":
		case "question-shown":
			return [action.kind, { questionId: action.questionId }];
		case "question-added":
			return [action.kind, { questionId: action.question.id }];
		case "participant-removed":
			return [action.kind, { participantId: action.participantId }];
		case "poll-ended":
		case "host-token-rotated":
			return [action.kind];
		default:
			return assertNever(action);
	}
}
