/**
 * Polls as a Colyseus application that keeps nothing: people come by the framework's own
 * matchmaking, votes count in the synchronised state. With `DATABASE_URL` it is the prototype that
 * keeps everything: a row for everybody who comes, five statements for every vote.
 */
import {
	type Client,
	createRouter,
	LocalDriver,
	LocalPresence,
	Room,
	Server,
} from "@colyseus/core";
import { type SchemaType, schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { fiveStatements, type Store } from "./five-statements.ts";

const CAPACITY = 10_000;
const OPTIONS = 4;

const Tally = schema({ participants: t.uint32().default(0), counts: t.array("uint32") }, "Tally");
type Tally = SchemaType<typeof Tally>;

interface Vote {
	readonly choices: readonly number[];
}

const url = process.env["DATABASE_URL"];
const store = url === undefined ? undefined : await fiveStatements(url);

class MemoryRoom extends Room<{ state: Tally }> {
	override state = new Tally();
	override maxClients = CAPACITY;
	readonly #choices = new Map<string, number>();

	#poll = "";

	override async onCreate({ poll }: { readonly poll: string }): Promise<void> {
		this.#poll = poll;
		for (let index = 0; index < OPTIONS; index += 1) this.state.counts.push(0);
		this.onMessage("vote", async (client: Client, { choices }: Vote) => {
			const choice = choices[0] ?? 0;
			if (store === undefined) this.#count(client.sessionId, choice);
			else this.#show(await store.saveVote(poll, client.sessionId, choice));
			return { choice };
		});
		await store?.addPoll(poll);
	}

	override async onJoin({ sessionId }: Client): Promise<void> {
		await store?.addParticipant(this.#poll, sessionId);
		this.state.participants += 1;
	}

	override onLeave(): void {
		this.state.participants -= 1;
	}

	#count(who: string, choice: number): void {
		const earlier = this.#choices.get(who);
		if (earlier !== undefined) this.#add(earlier, -1);
		this.#choices.set(who, choice);
		this.#add(choice, 1);
	}

	#show(counts: Awaited<ReturnType<Store["saveVote"]>>): void {
		for (const { choice, votes } of counts) this.state.counts[choice] = votes;
	}

	#add(choice: number, by: number): void {
		this.state.counts[choice] = (this.state.counts[choice] ?? 0) + by;
	}
}

const server = new Server({
	transport: new WebSocketTransport(),
	driver: new LocalDriver(),
	presence: new LocalPresence(),
	greet: false,
});
server.router = createRouter({});
server.define("poll", MemoryRoom).filterBy(["poll"]);
await server.listen(Number(process.env["PORT"]), "127.0.0.1");
console.log("ready");
