/** Somebody at an address: calls and seats as they come in through a proxy that is trusted. */
import { AttackSeat, type SeatOptions } from "./attack-seat.ts";
import type { Reservation } from "./raw-seat.ts";
import { type HttpAnswer, WireClient } from "./wire-client.ts";

export class Visitor extends WireClient {
	readonly address: string;

	constructor(origin: string, address: string) {
		super(origin);
		this.address = address;
	}

	override http(
		method: string,
		path: string,
		body?: unknown,
		headers: Record<string, string> = {},
	): Promise<HttpAnswer> {
		return super.http(method, path, body, { ...this.#headers, ...headers });
	}

	/** The answer's status, and in which time. */
	async look(code: string): Promise<{ readonly status: number; readonly ms: number }> {
		const startedAt = performance.now();
		const { status } = await this.http("GET", `/api/polls/${code}`);
		return { status, ms: performance.now() - startedAt };
	}

	async reserve(code: string, claim: object): Promise<Reservation> {
		const answer = await this.http("POST", `/api/polls/${code}/seats`, claim);
		if (answer.status !== 200) throw new Error(`no seat: ${answer.status} ${answer.text}`);
		return answer.body;
	}

	/** Entered, once it resolves. */
	async seat(code: string, claim: object, options: SeatOptions = {}): Promise<AttackSeat> {
		const seat = this.take(await this.reserve(code, claim), options);
		await seat.joined;
		return seat;
	}

	take(reservation: Reservation, options: SeatOptions = {}): AttackSeat {
		const headers = { ...this.#headers, ...options.headers };
		return new AttackSeat(this.origin, reservation, { ...options, headers });
	}

	get #headers(): Record<string, string> {
		return { "x-forwarded-for": this.address };
	}
}
