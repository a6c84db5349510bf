/** Between tabs and servers: every message for itself, lost, doubled, late, overtaken. */
import type { Timers } from "../../lib/timers.ts";
import type { History } from "./history.ts";
import type { Random } from "./random.ts";
import type { Runtime } from "./runtime.ts";
import type { NetworkWeather } from "./weather.ts";

export interface NetworkParts {
	readonly timers: Timers;
	readonly random: Random;
	readonly history: History;
	readonly weather: () => NetworkWeather;
}

export class Network {
	readonly #parts: NetworkParts;

	constructor(parts: NetworkParts) {
		this.#parts = parts;
	}

	/** Calls `arrive` at the receiver never, once or twice. */
	send(to: Runtime, arrive: () => void): void {
		const { random, history, weather } = this.#parts;
		const { drop, duplicate } = weather();
		if (random.chance(drop)) return history.count("message dropped");
		this.#fly(to, arrive);
		if (!random.chance(duplicate)) return;
		history.count("message doubled");
		this.#fly(to, arrive);
	}

	/** A protocol that orders and repeats carries it: once, or `broken` instead. */
	sendWhole(to: Runtime, arrive: () => void, broken: () => void): void {
		const { random, history, weather } = this.#parts;
		if (random.chance(weather().drop / 4)) {
			history.count("connection broke under a patch");
			return broken();
		}
		this.#fly(to, arrive);
	}

	#fly(to: Runtime, arrive: () => void): void {
		const { timers, random, weather } = this.#parts;
		const ms = random.chance(weather().late) ? random.between(20, 2_000) : random.between(0.5, 15);
		timers.after(ms, () => to.deliver(arrive));
	}
}
