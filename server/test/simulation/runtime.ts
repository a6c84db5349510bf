/**
 * Something that runs and can be stopped: a server process or a browser tab.
 *
 * running  what is delivered runs at once
 * paused   what is delivered waits (SIGSTOP, a long collection, a sleeping laptop)
 * dead     nothing runs any more and nothing is remembered (kill -9, a closed tab)
 */
import type { Timers } from "../../lib/timers.ts";

export class Runtime {
	readonly name: string;
	/** Ring only while it runs; what rang during a pause follows afterwards. */
	readonly timers: Timers;
	readonly #world: Timers;
	#state: "running" | "paused" | "dead" = "running";
	#backlog: (() => void)[] = [];

	constructor(name: string, world: Timers) {
		this.name = name;
		this.#world = world;
		this.timers = {
			now: () => world.now(),
			after: (ms, task) => this.#after(ms, task),
		};
	}

	get state(): "running" | "paused" | "dead" {
		return this.#state;
	}

	deliver(task: () => void): void {
		if (this.#state === "running") task();
		else if (this.#state === "paused") this.#backlog.push(task);
	}

	pause(): void {
		if (this.#state === "running") this.#state = "paused";
	}

	resume(): void {
		if (this.#state !== "paused") return;
		this.#state = "running";
		const backlog = this.#backlog;
		this.#backlog = [];
		for (const task of backlog) this.#world.after(0, () => this.deliver(task));
	}

	kill(): void {
		this.#state = "dead";
		this.#backlog = [];
	}

	#after(ms: number, task: () => void): () => void {
		if (this.#state === "dead") return () => {};
		let isCancelled = false;
		const run = () => {
			if (!isCancelled) task();
		};
		// One millisecond at least, as everywhere: what is left of a wait may be less than a double can add.
		const cancel = this.#world.after(Math.max(1, ms), () => this.deliver(run));
		return () => {
			isCancelled = true;
			cancel();
		};
	}
}
