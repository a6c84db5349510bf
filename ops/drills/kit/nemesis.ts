/** Lets faults strike and heal at moments that a seed repeats, and writes down when. */
import { setTimeout as pause } from "node:timers/promises";
import type { Struck, Surroundings } from "./fault.ts";
import { type FaultName, faults, survived } from "./faults.ts";
import type { HistoryWriter } from "./history.ts";

export interface Plan {
	/** In the order of a draw; the same name twice is twice as likely. */
	readonly faults: readonly FaultName[];
	/** How long a fault lasts, ms. */
	readonly holdMs: readonly [number, number];
	/** From a heal to the next strike, ms. */
	readonly restMs: readonly [number, number];
	/** In the last third, two at a time. */
	readonly hasPairs?: boolean;
}

export class Nemesis {
	readonly #around: Surroundings;
	readonly #history: HistoryWriter;
	readonly #isOver: () => boolean;
	/** Faults that last, by name: none strikes twice at a time. */
	readonly #lasting = new Set<FaultName>();
	struck = 0;
	/** As the history counts. */
	lastHealAt = 0;

	constructor(around: Surroundings, history: HistoryWriter, isOver: () => boolean) {
		this.#around = around;
		this.#history = history;
		this.#isOver = isOver;
	}

	get lasting(): readonly FaultName[] {
		return [...this.#lasting];
	}

	/** Resolves once `untilMs` (as the history counts) is over and everything is healed. */
	async run(plan: Plan, untilMs: number): Promise<void> {
		const { random } = this.#around;
		const pairsFrom = this.#history.now + ((untilMs - this.#history.now) * 2) / 3;
		while (!this.#isOver() && this.#history.now < untilMs) {
			const isPair = plan.hasPairs && this.#history.now > pairsFrom;
			const names = this.#draw(plan, isPair ? 2 : 1);
			await Promise.all(
				names.map(async (name, index) => {
					if (index > 0) await this.#wait(random.between(200, plan.holdMs[0]));
					await this.#one(name, random.between(...plan.holdMs));
				}),
			);
			await this.#wait(random.between(...plan.restMs));
		}
	}

	#draw({ faults: names }: Plan, count: number): readonly FaultName[] {
		return [...new Set(this.#around.random.shuffled(names))].slice(0, count);
	}

	async #one(name: FaultName, holdMs: number): Promise<void> {
		this.#lasting.add(name);
		this.struck += 1;
		const id = this.#history.nextId();
		const startedAt = Math.round(this.#history.now * 10) / 10;
		const struck: Struck = await faults[name](this.#around);
		const { what, polls, at = startedAt } = struck;
		const since = { t: at };
		this.#history.run({
			...{ kind: "fault", id, name, what, isSurvived: survived.has(name) },
			...since,
			...(polls === undefined ? {} : { polls }),
		});
		await this.#wait(holdMs);
		await struck.heal();
		this.lastHealAt = this.#history.now;
		this.#history.run({ kind: "heal", id });
		this.#lasting.delete(name);
	}

	/** Ends early when the run is over. */
	async #wait(ms: number): Promise<void> {
		const until = performance.now() + ms;
		while (!this.#isOver() && performance.now() < until) {
			await pause(Math.min(100, Math.max(1, until - performance.now())));
		}
	}
}
