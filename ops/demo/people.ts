/** A crowd as a hall is one: they arrive over a while, think before they vote, and change their minds. */
import { memoryStore } from "../../client/src/session/key-value-store.ts";
import { joinPoll, type PollSession } from "../../client/src/session/poll-session.ts";
import type { QuestionSnapshot } from "../../client/src/session/view.ts";
import type { QuestionId } from "../../schema/ids.ts";
import type { Progress } from "./picture.ts";

const NAMES = ["Ada", "Björn", "Chloé", "Đức", "Efua", "Fatima", "Goran", "Hana", "Ines", "Jun"];
const THINKING_MS = { least: 400, most: 5_000 };
const CHANGES_MIND = 0.3;
const RECONSIDERING_MS = { least: 1_500, most: 8_000 };
const ENTER_WITHIN_MS = 60_000;

export class Crowd {
	readonly sessions: PollSession[] = [];
	/** Why somebody could not join. */
	readonly turnedAway: string[] = [];
	#acknowledged = 0;
	#changed = 0;
	readonly #size: number;
	readonly #timers = new Set<NodeJS.Timeout>();

	constructor(size: number) {
		this.#size = size;
	}

	/** Resolves when everybody is in, or was turned away. */
	async arrive(origin: string, code: string, withinMs: number): Promise<void> {
		const arrivals = Array.from({ length: this.#size }, async (_, index) => {
			await new Promise<void>((resolve) => this.#after(Math.random() * withinMs, resolve));
			const nickname = `${NAMES[index % NAMES.length]} ${index + 1}`;
			try {
				const store = memoryStore();
				const options = { origin, code, nickname, store, enterWithinMs: ENTER_WITHIN_MS };
				this.#seat(await joinPoll(options));
			} catch (error) {
				this.turnedAway.push(`${nickname}: ${(error as Error).message}`);
			}
		});
		await Promise.all(arrivals);
	}

	/** Nobody touches the screen any more; resolves to false when a vote still has no answer. */
	async settle(deadlineMs: number): Promise<boolean> {
		for (const timer of this.#timers) clearTimeout(timer);
		const all = await Promise.all(this.sessions.map((it) => it.whenSettled(deadlineMs)));
		return all.every(Boolean);
	}

	leave(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		for (const session of this.sessions) session.leave();
	}

	get progress(): Progress {
		let pending = 0;
		let reconnecting = 0;
		for (const session of this.sessions) {
			if (session.connection.status !== "online") reconnecting += 1;
			for (const { id } of session.snapshot.questions) {
				if (session.ballot(id).status === "sending") pending += 1;
			}
		}
		return {
			people: this.#size,
			joined: this.sessions.length,
			acknowledged: this.#acknowledged,
			pending,
			changed: this.#changed,
			reconnecting,
		};
	}

	/** Sits down with a phone: votes on what opens, and maybe once more. */
	#seat(session: PollSession): void {
		this.sessions.push(session);
		const seen = new Set<QuestionId>();
		const look = () => {
			const { questions, currentQuestionId } = session.snapshot;
			const question = questions.find(({ id }) => id === currentQuestionId);
			if (question?.status !== "open" || seen.has(question.id)) return;
			seen.add(question.id);
			this.#after(between(THINKING_MS), () => this.#vote(session, question));
		};
		session.onSnapshot(look);
		look();
	}

	#vote(session: PollSession, question: QuestionSnapshot): void {
		const { id } = question;
		const isOpen = session.snapshot.questions.some((it) => it.id === id && it.status === "open");
		if (!isOpen) return;
		const isChange = session.ballot(id).status !== "none";
		session.vote(id, [favourite(question)]);
		const stop = session.onBallots(() => {
			const { status } = session.ballot(id);
			if (status === "sending") return;
			stop();
			if (status !== "saved") return;
			this.#acknowledged += 1;
			if (isChange) this.#changed += 1;
		});
		if (Math.random() < CHANGES_MIND) {
			this.#after(between(RECONSIDERING_MS), () => this.#vote(session, question));
		}
	}

	#after(ms: number, task: () => void): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			task();
		}, ms);
		this.#timers.add(timer);
	}
}

/** Earlier options are liked better, so that the bars differ. */
function favourite({ options }: QuestionSnapshot): number {
	return Math.floor(Math.random() ** 1.7 * options.length);
}

function between({ least, most }: { readonly least: number; readonly most: number }): number {
	return least + Math.random() * (most - least);
}
