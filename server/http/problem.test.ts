import { deepEqual, equal } from "node:assert/strict";
import { once } from "node:events";
import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import express from "express";
import { Deferred } from "../lib/deferred.ts";
import { problemHandler } from "./problem.ts";

/** Who has something to say about it has said it by then. */
const SPOKEN_MS = 20;

describe("an answer that is cut off in the middle", () => {
	const fault = new Error("the database went away");
	const faults: unknown[] = [];
	const printed: unknown[] = [];
	const { error } = console;
	let server: Server;
	let answered: Promise<unknown>;
	let ending: Deferred<void>;

	beforeEach(async () => {
		faults.length = 0;
		printed.length = 0;
		ending = new Deferred();
		console.error = (...words) => printed.push(words);
		const http = express();
		http.get("/", async (_request, response) => {
			async function* rows() {
				yield "the first";
				await ending.promise;
			}
			const sent = pipeline(Readable.from(rows()), response);
			answered = sent.catch(() => {});
			await sent;
		});
		const audit = { record() {} };
		const onFault = (cause: unknown) => void faults.push(cause);
		http.use(problemHandler({ audit, onFault, isDatabaseFault: () => false }));
		server = createServer(http).listen(0, "127.0.0.1");
		await once(server, "listening");
	});
	afterEach(() => {
		console.error = error;
		server.close();
	});

	async function begun() {
		const request = get({ port: (server.address() as AddressInfo).port });
		request.on("error", () => {});
		const [response] = await once(request, "response");
		await once(response, "data");
		return response;
	}

	it("[M6] by who asked for it is not worth a word", async () => {
		(await begun()).destroy();
		await answered;
		await pause(SPOKEN_MS);
		deepEqual([faults, printed], [[], []]);
	});

	it("[M6] by a fault is in the log and nowhere else, and the caller notices", async () => {
		const response = await begun();
		const isCut = once(response, "error");
		ending.reject(fault);
		equal((await isCut)[0].code, "ECONNRESET");
		await pause(SPOKEN_MS);
		deepEqual([faults, printed], [[fault], []]);
	});
});
