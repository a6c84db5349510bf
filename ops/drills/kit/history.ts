/**
 * What happened in a drill, as lines of JSON on disk: one file for the run, one a poll, so that
 * checking takes the memory of the largest poll. All times are monotonic milliseconds since the
 * run began, of the one process that drives and records everything.
 */
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { PollEvent, RunEvent, Timeless } from "./history-events.ts";

const RUN_FILE = "run.jsonl";

export class HistoryWriter {
	readonly directory: string;
	readonly polls: string[] = [];
	/** Receipts so far. */
	votes = 0;
	readonly #now: () => number;
	readonly #files = new Map<string, WriteStream>();
	#lastId = 0;
	#isClosed = false;

	/** @param now monotonic milliseconds since the run began. */
	constructor(directory: string, now: () => number) {
		this.directory = directory;
		this.#now = now;
	}

	get now(): number {
		return this.#now();
	}

	nextId(): number {
		this.#lastId += 1;
		return this.#lastId;
	}

	poll(event: Timeless<PollEvent>): void {
		if (event.kind === "poll") this.polls.push(event.poll);
		if (event.kind === "ok" && event.seq !== undefined) this.votes += 1;
		this.#write(fileOf(event.poll), event);
	}

	run(event: Timeless<RunEvent>): void {
		this.#write(RUN_FILE, event);
	}

	/** Resolves once everything is on disk. */
	async close(): Promise<void> {
		this.#isClosed = true;
		await Promise.all(
			[...this.#files.values()].map((file) => new Promise<void>((done) => file.end(done))),
		);
	}

	#write(name: string, event: Timeless<PollEvent | RunEvent>): void {
		// Sessions that are left still say goodbye.
		if (this.#isClosed) return;
		let file = this.#files.get(name);
		if (file === undefined) {
			file = createWriteStream(join(this.directory, name));
			this.#files.set(name, file);
		}
		file.write(`${JSON.stringify({ t: Math.round(this.#now() * 10) / 10, ...event })}\n`);
	}
}

export function runEvents(directory: string): AsyncIterable<RunEvent> {
	return linesOf(join(directory, RUN_FILE)) as AsyncIterable<RunEvent>;
}

export function pollEvents(directory: string, poll: string): AsyncIterable<PollEvent> {
	return linesOf(join(directory, fileOf(poll))) as AsyncIterable<PollEvent>;
}

function fileOf(poll: string): string {
	return `poll-${poll}.jsonl`;
}

/** What the writer wrote: nobody else writes there. */
async function* linesOf(path: string): AsyncGenerator<unknown> {
	for await (const line of createInterface({ input: createReadStream(path) })) {
		yield JSON.parse(line);
	}
}
