/** The list of people, for hosts only: by request in pages, then by messages that gather changes. */
import type { ParticipantId } from "../../schema/ids.ts";
import { ROSTER_PAGE_SIZE } from "../../schema/limits.ts";
import type { Person, RequestAnswers, RosterMessage } from "../../schema/wire/client-messages.ts";
import type { Poll } from "../domain/poll.ts";
import type { Timers } from "../lib/timers.ts";

/** At most four messages a second. */
const GATHER_MS = 250;

export interface RosterParts {
	readonly timers: Timers;
	readonly poll: () => Poll;
	readonly isOnline: (participantId: ParticipantId) => boolean;
	readonly send: (message: RosterMessage) => void;
}

export class Roster {
	readonly #parts: RosterParts;
	readonly #changed = new Set<ParticipantId>();
	#cancel: (() => void) | undefined;

	constructor(parts: RosterParts) {
		this.#parts = parts;
	}

	/** Somebody joined, came online, went offline or was removed. */
	changed(participantId: ParticipantId): void {
		this.#changed.add(participantId);
		this.#cancel ??= this.#parts.timers.after(GATHER_MS, () => {
			this.#cancel = undefined;
			this.#sendChanges();
		});
	}

	/** Up to 500 people in the order in which they joined, those after `after`. */
	page(after: ParticipantId | undefined): RequestAnswers["roster"] {
		const people: Person[] = [];
		const joinedAfter = after === undefined ? 0 : joinNumber(after);
		for (const participant of this.#parts.poll().participants.values()) {
			if (joinNumber(participant.id) <= joinedAfter) continue;
			const last = people.at(-1);
			if (people.length === ROSTER_PAGE_SIZE && last !== undefined) {
				return { people, next: last.participantId };
			}
			people.push(this.#person(participant));
		}
		return { people };
	}

	stop(): void {
		this.#cancel?.();
	}

	#sendChanges(): void {
		const { participants } = this.#parts.poll();
		const changed: Person[] = [];
		const removed: ParticipantId[] = [];
		for (const id of this.#changed) {
			const participant = participants.get(id);
			if (participant === undefined) removed.push(id);
			else changed.push(this.#person(participant));
		}
		this.#changed.clear();
		this.#parts.send({ changed, removed });
	}

	#person({ id, nickname }: { readonly id: ParticipantId; readonly nickname: string }): Person {
		return { participantId: id, nickname, online: this.#parts.isOnline(id) };
	}
}

/** p17 was the seventeenth to join. */
function joinNumber(participantId: ParticipantId): number {
	return Number(participantId.slice(1)) || 0;
}
