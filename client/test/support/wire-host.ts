/** A host without a page: creates a poll and conducts it over the wire. */
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import { WireClient, type WireRoom } from "../../../server/test/support/wire-client.ts";

interface Person {
	readonly participantId: string;
	readonly nickname: string;
	readonly online: boolean;
}

export interface QuestionResult {
	readonly id: string;
	readonly prompt: string;
	readonly status: string;
	readonly ballots: number;
	readonly options: readonly { readonly label: string; readonly votes: number }[];
}

export class WireHost {
	readonly poll: CreatedPoll;
	readonly #client: WireClient;
	#room: WireRoom;

	static async create(origin: string, form: unknown): Promise<WireHost> {
		const client = new WireClient(origin);
		const poll = await client.create(form);
		const { code, hostToken } = poll;
		return new WireHost(client, poll, await client.enter(code, { hostToken }));
	}

	private constructor(client: WireClient, poll: CreatedPoll, room: WireRoom) {
		this.#client = client;
		this.poll = poll;
		this.#room = room;
	}

	get code(): string {
		return this.poll.code;
	}

	/** Back after its server has died. */
	async enterAgain(): Promise<void> {
		const { code, hostToken } = this.poll;
		this.#room = await this.#client.enter(code, { hostToken });
	}

	/** @param place from 1, as people count. */
	open(place = 1): Promise<unknown> {
		return this.#conduct("open-question", place);
	}

	close(place = 1): Promise<unknown> {
		return this.#conduct("close-question", place);
	}

	show(place: number): Promise<unknown> {
		return this.#conduct("show-question", place);
	}

	end(): Promise<unknown> {
		return this.#room.request("end-poll", {});
	}

	async remove(nickname: string): Promise<void> {
		const person = (await this.people()).find((each) => each.nickname === nickname);
		if (person === undefined) throw new Error(`nobody is called ${nickname}`);
		await this.#room.request("remove-participant", { participantId: person.participantId });
	}

	async people(): Promise<readonly Person[]> {
		return ((await this.#room.request("roster", {})) as { people: readonly Person[] }).people;
	}

	async delete(): Promise<void> {
		const { status } = await this.#http("DELETE", "");
		if (status !== 204) throw new Error(`not deleted: ${status}`);
	}

	async results(): Promise<readonly QuestionResult[]> {
		return (await this.#http("GET", "/results")).body.questions;
	}

	/** Votes by option, in the options' order. */
	async counts(place = 1): Promise<readonly number[]> {
		const question = (await this.results())[place - 1];
		return question?.options.map(({ votes }) => votes) ?? [];
	}

	async leave(): Promise<void> {
		if (this.#room.connection.isOpen) await this.#room.leave();
	}

	async #conduct(type: string, place: number): Promise<unknown> {
		const questionId = (await this.results())[place - 1]?.id;
		return this.#room.request(type, { questionId });
	}

	#http(method: string, path: string) {
		const { code, hostToken } = this.poll;
		const authorization = `Bearer ${hostToken}`;
		return this.#client.http(method, `/api/polls/${code}${path}`, undefined, { authorization });
	}
}
