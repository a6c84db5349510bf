/** Polls over HTTP: create, view, results, export, delete. */
import { randomUUID } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { PollId, QuestionId, TokenHash } from "../../schema/ids.ts";
import type { Limits } from "../../schema/limits.ts";
import { parsePollCode } from "../../schema/poll-code.ts";
import { closeCodes } from "../../schema/refusals.ts";
import type { CreatedPoll } from "../../schema/wire/http.ts";
import { type PollForm, pollForm } from "../../schema/wire/poll-form.ts";
import type { Catalog, PollRecord } from "../catalog/catalog.ts";
import type { ExportFormat, PollReader } from "../catalog/poll-reader.ts";
import type { PollDirectory } from "../cluster/directory.ts";
import { mintPollCode } from "../identity/poll-codes.ts";
import { hashToken, isSameHash, mintToken } from "../identity/tokens.ts";
import { Problem, parse, unavailable } from "./problem.ts";
import { bearerToken } from "./request-context.ts";

export interface PollRoutesParts {
	readonly catalog: Catalog;
	readonly reader: PollReader;
	readonly directory: PollDirectory;
	readonly limits: Limits;
	readonly wallClock: () => number;
	/** Hash of the key that creating polls needs, where one is configured. */
	readonly hostKeyHash: TokenHash | undefined;
}

const exportQuery = z.object({ format: z.enum(["csv", "json"]).default("json") });

/** 32^6 codes: even with a million polls a second try is needed once in a thousand times. */
const CODE_ATTEMPTS = 20;

export function pollRoutes(parts: PollRoutesParts): Router {
	const { catalog, reader, directory } = parts;
	const form = pollForm(parts.limits);
	const router = Router();

	router.post("/api/polls", async (request, response) => {
		requireHostKey(parts.hostKeyHash, request);
		const created = await createPoll(parts, parse(form, request.body));
		const joinUrl = `${request.protocol}://${request.host}/j/${created.code}`;
		response.status(201).json({ ...created, joinUrl } satisfies CreatedPoll);
	});

	router.get("/api/polls/:code", async (request, response) => {
		const poll = await findPoll(catalog, request.params.code);
		const summary = await reader.summary(poll, isHost(poll, request));
		response.json(found(summary));
	});

	router.get("/api/polls/:code/results", async (request, response) => {
		const poll = await findPoll(catalog, request.params.code);
		const results = found(await reader.results(poll, isHost(poll, request)));
		if (results === "hidden") {
			throw new Problem("unauthorized", "These results are for the host: send the host token.");
		}
		response.json(results);
	});

	router.get("/api/polls/:code/export", async (request, response) => {
		const { format } = parse(exportQuery, request.query);
		const poll = await findPoll(catalog, request.params.code);
		requireHost(poll, request);
		await sendExport(response, poll, format, reader);
	});

	router.delete("/api/polls/:code", async (request, response) => {
		const poll = await findPoll(catalog, request.params.code);
		requireHost(poll, request);
		await catalog.markDeleted(poll.id, parts.wallClock());
		directory.close(poll.id, closeCodes.deleted);
		await catalog.erase(poll.id);
		response.status(204).end();
	});

	return router;
}

/** The poll by its code as typed; a code that cannot be one is not looked up. */
export async function findPoll(catalog: Catalog, code: string): Promise<PollRecord> {
	const parsed = parsePollCode(code);
	const poll = parsed === undefined ? undefined : await catalog.findByCode(parsed);
	return found(poll);
}

async function createPoll(
	{ catalog, wallClock }: PollRoutesParts,
	form: PollForm,
): Promise<Omit<CreatedPoll, "joinUrl">> {
	const id = randomUUID() as PollId;
	const hostToken = mintToken();
	const questions = form.questions.map((question, index) => ({
		id: `q${index + 1}` as QuestionId,
		...question,
	}));
	const created = {
		kind: "poll-created",
		title: form.title,
		settings: form.settings,
		questions,
	} as const;
	for (let attempt = 1; attempt <= CODE_ATTEMPTS; attempt += 1) {
		const code = mintPollCode();
		const at = wallClock();
		const hostTokenHash = hashToken(hostToken);
		const outcome = await catalog.create({ id, code, hostTokenHash, created, at });
		if (outcome === "created") return { id, code, hostToken };
	}
	throw unavailable("No free join code was found. Try again.");
}

async function sendExport(
	response: Response,
	poll: PollRecord,
	format: ExportFormat,
	reader: PollReader,
): Promise<void> {
	response.type(format === "csv" ? "text/csv" : "application/json");
	response.attachment(`plenum-${poll.code}.${format}`);
	// Once the body has begun, a fault can only cut it off, which every client notices.
	await pipeline(reader.export(poll.id, format), response);
}

function requireHostKey(hostKeyHash: TokenHash | undefined, request: Request): void {
	if (hostKeyHash === undefined) return;
	const key = bearerToken(request);
	if (key !== undefined && isSameHash(hashToken(key), hostKeyHash)) return;
	throw new Problem("unauthorized", "Creating polls here needs the host key as a Bearer token.");
}

function isHost(poll: PollRecord, request: Request): boolean {
	// Other schemes are not for us: a browser sends the Basic credentials of ops pages by itself.
	if (bearerToken(request) === undefined) return false;
	requireHost(poll, request);
	return true;
}

function requireHost(poll: PollRecord, request: Request): void {
	const token = bearerToken(request);
	if (token !== undefined && isSameHash(hashToken(token), poll.hostTokenHash)) return;
	throw new Problem("unauthorized", "This needs the poll's host token as a Bearer token.");
}

/** A poll may be deleted between two look-ups. */
function found<Value>(value: Value | undefined): Value {
	if (value === undefined) throw new Problem("poll_not_found", "There is no poll with this code.");
	return value;
}
