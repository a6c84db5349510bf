/** The host's session as signals, and everything the host can do with it. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { ParticipantId, QuestionId } from "../../../../schema/ids.ts";
import type { ResultVisibility } from "../../../../schema/poll-words.ts";
import type { HostSession } from "../../session/host-session.ts";
import { httpApi, type QuestionInput } from "../../session/http-api.ts";
import type { RosterMap } from "../../session/roster.ts";
import type { QuestionSnapshot } from "../../session/view.ts";
import { frameSignal } from "../../state/frame.ts";
import { type PollStore, pollStore } from "../../state/poll-store.ts";
import { Commands } from "./commands.ts";
import { neighbour, nextStep } from "./next-step.ts";

export class HostStore {
	readonly session: HostSession;
	readonly poll: PollStore;
	readonly commands = new Commands();
	readonly roster: ReadonlySignal<RosterMap>;
	/** The question that the host looks at: the current one, until another is chosen. */
	readonly selected: ReadonlySignal<QuestionSnapshot | undefined>;
	/** Unknown until the server has said it. */
	readonly visibility = signal<ResultVisibility | undefined>(undefined);
	readonly #chosen = signal<QuestionId | undefined>(undefined);
	readonly #stops: (() => void)[];

	constructor(session: HostSession) {
		this.session = session;
		this.poll = pollStore(session);
		const roster = frameSignal(
			() => session.roster,
			(changed) => session.onRoster(changed),
		);
		this.roster = roster.value;
		this.selected = computed(() => {
			const { questions, currentQuestionId } = this.poll.snapshot.value;
			const id = this.#chosen.value ?? currentQuestionId;
			return questions.find((question) => question.id === id) ?? questions[0];
		});
		const stopFollowing = this.#followCurrent();
		this.#stops = [stopFollowing, () => roster.stop(), () => this.poll.stop()];
		void this.#fetchVisibility();
	}

	select(id: QuestionId | undefined): void {
		this.#chosen.value = id;
	}

	step(step: 1 | -1): void {
		const { questions } = this.poll.snapshot.peek();
		this.select(neighbour(questions, this.selected.peek()?.id, step));
	}

	open(id: QuestionId): void {
		void this.commands.run(`open:${id}`, () => this.session.openQuestion(id));
	}

	close(id: QuestionId): void {
		void this.commands.run(`close:${id}`, () => this.session.closeQuestion(id));
	}

	show(id: QuestionId): void {
		void this.commands.run(`show:${id}`, () => this.session.showQuestion(id));
	}

	/** Opens the one that is looked at, or closes it. */
	toggle(): void {
		const { value: question } = this.selected;
		if (question === undefined || this.poll.snapshot.peek().status === "closed") return;
		if (question.status === "open") this.close(question.id);
		else this.open(question.id);
	}

	next(): void {
		const step = nextStep(this.poll.snapshot.peek());
		if (step === undefined) return;
		void this.commands.run("next", async () => {
			for (const id of step.close) await this.session.closeQuestion(id);
			await this.session.openQuestion(step.open);
			this.select(undefined);
		});
	}

	add(question: QuestionInput): Promise<boolean> {
		return this.commands.run("add", async () => {
			this.select(await this.session.addQuestion(question));
		});
	}

	remove(id: ParticipantId): Promise<boolean> {
		return this.commands.run(`remove:${id}`, () => this.session.removeParticipant(id));
	}

	end(): void {
		void this.commands.run("end", () => this.session.endPoll());
	}

	rotate(): Promise<boolean> {
		return this.commands.run("rotate", async () => {
			await this.session.rotateHostToken();
		});
	}

	delete(): void {
		void this.commands.run("delete", () => this.session.deletePoll());
	}

	stop(): void {
		for (const stop of this.#stops) stop();
	}

	/** When another question becomes the current one, from here or elsewhere, it is looked at. */
	#followCurrent(): () => void {
		let shown = this.poll.snapshot.peek().currentQuestionId;
		return effect(() => {
			const { currentQuestionId } = this.poll.snapshot.value;
			if (currentQuestionId === shown) return;
			shown = currentQuestionId;
			this.#chosen.value = undefined;
		});
	}

	async #fetchVisibility(): Promise<void> {
		try {
			const { code } = this.poll.snapshot.peek();
			this.visibility.value = (await httpApi(location.origin).poll(code)).results;
		} catch {
			// Only makes a sentence more exact.
		}
	}
}
