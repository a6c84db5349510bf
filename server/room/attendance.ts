/** Who is connected: participants with all their connections, hosts, viewers. */
import type { ParticipantId } from "../../schema/ids.ts";
import { CONNECTIONS_PER_PARTICIPANT_MAX } from "../../schema/limits.ts";
import type { PollClient, Seat } from "./seat.ts";

export class Attendance {
	readonly #inside = new WeakSet<PollClient>();
	readonly #participants = new Map<ParticipantId, PollClient[]>();
	readonly #hosts = new Set<PollClient>();
	readonly #viewers = new Set<PollClient>();

	get online(): number {
		return this.#participants.size;
	}

	get hosts(): ReadonlySet<PollClient> {
		return this.#hosts;
	}

	get viewers(): number {
		return this.#viewers.size;
	}

	isOnline(participantId: ParticipantId): boolean {
		return this.#participants.has(participantId);
	}

	connectionsOf(participantId: ParticipantId): readonly PollClient[] {
		return this.#participants.get(participantId) ?? [];
	}

	/** Counts the client in; returns the participant's oldest connection when it now has one too many. */
	enter(client: PollClient): PollClient | undefined {
		const seat = client.userData;
		if (seat === undefined) return undefined;
		this.#inside.add(client);
		if (seat.role === "host") this.#hosts.add(client);
		else if (seat.role === "viewer") this.#viewers.add(client);
		else return this.#enterParticipant(seat.participantId, client);
		return undefined;
	}

	/** Counts the client out; `undefined`, and nothing is done, for one that never entered or has left. */
	leave(client: PollClient): Seat["role"] | undefined {
		if (!this.#inside.delete(client)) return undefined;
		const seat = client.userData;
		this.#hosts.delete(client);
		this.#viewers.delete(client);
		if (seat?.role !== "participant") return seat?.role;
		const left = this.connectionsOf(seat.participantId).filter((other) => other !== client);
		if (left.length > 0) this.#participants.set(seat.participantId, left);
		else this.#participants.delete(seat.participantId);
		return seat.role;
	}

	#enterParticipant(participantId: ParticipantId, client: PollClient): PollClient | undefined {
		const connections = [...this.connectionsOf(participantId), client];
		// Counted out at once: while its socket closes, the next newcomer must find another oldest.
		const oldest =
			connections.length > CONNECTIONS_PER_PARTICIPANT_MAX ? connections.shift() : undefined;
		this.#participants.set(participantId, connections);
		return oldest;
	}
}
