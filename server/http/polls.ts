/** Polls over HTTP: create, view, results, export, delete. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { PollCode, PollId, QuestionId, TokenHash } from "../../schema/ids.ts";
import type { Limits } from "../../schema/limits.ts";
import { parsePollCode } from "../../schema/poll-code.ts";
import { closeCodes } from "../../schema/refusals.ts";
import type { CreatedPoll } from "../../schema/wire/http.ts";
import { type PollForm, pollForm } from "../../schema/wire/poll-form.ts";
import type { AuditDetails, AuditKind } from "../audit/audit-events.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Catalog, PollRecord } from "../catalog/catalog.ts";
import type { ExportFormat, PollReader } from "../catalog/poll-reader.ts";
import type { PollDirectory } from "../cluster/directory.ts";
import { mintPollCode } from "../identity/poll-codes.ts";
import { hashToken, isSameHash, mintToken } from "../identity/tokens.ts";
import type { RateLimits } from "../limits/rate-limits.ts";
import type { Overload, Shed } from "../resilience/overload.ts";
import { Problem, parse, unavailable } from "./problem.ts";
import { bearerToken, pollFoundFor, requestIdOf } from "./request-context.ts";

export interface PollRoutesParts {
	readonly catalog: Catalog;
	readonly reader: PollReader;
	readonly directory: PollDirectory;
	readonly limits: Limits;
	readonly wallClock: () => number;
	readonly rateLimits: Pick<RateLimits, "http" | "lookups" | "seats">;
	readonly audit: Pick<AuditLog, "record">;
	readonly isDraining: () => boolean;
	readonly overload: Pick<Overload, "sheds">;
	/** Hears of everybody who was sent away. */
	readonly onShed: (kind: Shed) => void;
	/** Hash of the key that creating polls needs, where one is configured. */
	readonly hostKeyHash: TokenHash | undefined;
}

export const POLL = "/api/polls/:code";

export const ABOUT_TO_STOP = "This server is about to stop. Try again in a moment.";

const exportQuery = z.object({ format: z.enum(["csv", "json"]).default("json") });

/** 32^6 codes: even with a million polls a second try is needed once in a thousand times. */
const CODE_ATTEMPTS = 20;

/** Of a poll that is to be read, or deleted. */
export interface PollAsked {
	/** The code, as typed. */
	readonly typed: string;
	readonly address: string | undefined;
	readonly tokenHash: TokenHash | undefined;
}

/** Rejects with what the caller is told, or as the parts do. */
export type PollFinder = (asked: PollAsked) => Promise<PollRecord>;

export function pollFinder({
	catalog,
	rateLimits,
}: Pick<PollRoutesParts, "catalog" | "rateLimits">): PollFinder {
	return ({ typed, address, tokenHash }) => {
		const look = async (code: PollCode): Promise<PollRecord | undefined> => {
			await rateLimits.http.reading({ code, address, tokenHash });
			return catalog.findByCode(code);
		};
		return findPoll(rateLimits, look, address, typed);
	};
}

export function pollRoutes(parts: PollRoutesParts, find: PollFinder): Router {
	const { catalog, reader, directory, rateLimits } = parts;
	const form = pollForm(parts.limits);
	const creating = rateLimits.http.creating((request) => holdsHostKey(parts, request));
	const router = Router();

	router.post("/api/polls", creating, async (request, response) => {
		if (parts.isDraining()) throw unavailable(ABOUT_TO_STOP);
		shed(parts, "new");
		requireHostKey(parts, request);
		const created = await createPoll(parts, parse(form, request.body));
		const joinUrl = `${request.protocol}://${request.host}/j/${created.code}`;
		rateLimits.lookups.seated(request.ip, created.code);
		noteDone("poll-created", request, created.id);
		response.status(201).json({ ...created, joinUrl } satisfies CreatedPoll);
	});

	router.get(POLL, async (request, response) => {
		const poll = await pollOf(request);
		const summary = await reader.summary(poll, isHost(parts, poll, request));
		response.json(found(summary));
	});

	router.get(`${POLL}/results`, async (request, response) => {
		const poll = await pollOf(request);
		const results = found(await reader.results(poll, isHost(parts, poll, request)));
		if (results === "hidden") {
			throw new Problem("unauthorized", "These results are for the host: send the host token.");
		}
		response.json(results);
	});

	router.get(`${POLL}/export`, async (request, response) => {
		const { format } = parse(exportQuery, request.query);
		const poll = await pollOf(request);
		requireHost(parts, poll, request);
		noteDone("poll-exported", request, poll.id, { format });
		await sendExport(response, poll, format, reader);
	});

	router.delete(POLL, async (request, response) => {
		const poll = await pollOf(request);
		requireHost(parts, poll, request);
		await catalog.markDeleted(poll.id, parts.wallClock());
		directory.close(poll, closeCodes.deleted);
		noteDone("poll-deleted", request, poll.id);
		await catalog.erase(poll.id);
		response.status(204).end();
	});

	return router;

	async function pollOf(request: Request<{ code: string }>): Promise<PollRecord> {
		const { ip: address, params } = request;
		return (
			pollFoundFor(request) ?? find({ typed: params.code, address, tokenHash: bearerHash(request) })
		);
	}

	function noteDone(
		kind: AuditKind,
		request: Request,
		pollId: PollId,
		details?: AuditDetails,
	): void {
		const { ip: address } = request;
		const requestId = requestIdOf(request);
		parts.audit.record({ kind, outcome: "done", pollId, requestId, address, details });
	}
}

/** Throws for those who are to be sent away while the server cannot keep up. */
export function shed(
	{ overload, onShed }: Pick<PollRoutesParts, "overload" | "onShed">,
	kind: Shed,
): void {
	if (!overload.sheds(kind)) return;
	onShed(kind);
	throw unavailable("The server is very busy. Try again in a moment.");
}

/** The poll by its code as typed; a code that cannot be one is not looked up, and costs nothing. */
export async function findPoll<Found>(
	{ lookups }: Pick<RateLimits, "lookups">,
	look: (code: PollCode) => Promise<Found | undefined>,
	address: string | undefined,
	typed: string,
): Promise<Found> {
	const code = parsePollCode(typed);
	return found(code && (await lookups.find(address, code, () => look(code))));
}

async function createPoll(
	{ catalog, wallClock }: PollRoutesParts,
	form: PollForm,
): Promise<{ readonly id: PollId; readonly code: PollCode; readonly hostToken: string }> {
	const id = randomUUID() as PollId;
	const hostToken = mintToken();
	const questions = form.questions.map((question, index) => ({
		id: `q${index + 1}` as QuestionId,
		...question,
	}));
	const { retentionDays, ...settings } = form.settings;
	const created = {
		kind: "poll-created",
		title: form.title,
		settings,
		questions,
	} as const;
	for (let attempt = 1; attempt <= CODE_ATTEMPTS; attempt += 1) {
		const code = mintPollCode();
		const at = wallClock();
		const hostTokenHash = hashToken(hostToken);
		const poll = { id, code, hostTokenHash, created, retentionDays, at };
		const outcome = await catalog.create(poll);
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

type Guarded = Pick<PollRoutesParts, "hostKeyHash" | "rateLimits">;

function requireHostKey(parts: Guarded, request: Request): void {
	if (parts.hostKeyHash === undefined || holdsHostKey(parts, request)) return;
	noteWrongToken(parts, request);
	const message = "Creating polls here needs the host key as a Bearer token.";
	throw new Problem("unauthorized", message, { audit: "host-key-refused" });
}

function holdsHostKey({ hostKeyHash }: Guarded, request: Request): boolean {
	const hash = bearerHash(request);
	return hash !== undefined && hostKeyHash !== undefined && isSameHash(hash, hostKeyHash);
}

function isHost(parts: Guarded, poll: PollRecord, request: Request): boolean {
	// Other schemes are not for us: a browser sends the Basic credentials of ops pages by itself.
	if (bearerToken(request) === undefined) return false;
	requireHost(parts, poll, request);
	return true;
}

function requireHost(parts: Guarded, poll: PollRecord, request: Request): void {
	const hash = bearerHash(request);
	if (hash !== undefined && isSameHash(hash, poll.hostTokenHash)) {
		parts.rateLimits.http.hostSeen(poll.hostTokenHash);
		return;
	}
	noteWrongToken(parts, request);
	const message = "This needs the poll's host token as a Bearer token.";
	throw new Problem("unauthorized", message, { audit: "host-token-refused" });
}

/** A token that was sent and is wrong costs like a wrong code; none at all costs nothing. */
function noteWrongToken({ rateLimits }: Guarded, request: Request): void {
	if (bearerToken(request) === undefined) return;
	const spent = rateLimits.lookups.failed(request.ip);
	if (spent !== undefined) throw spent;
}

export function bearerHash(request: IncomingMessage): TokenHash | undefined {
	const token = bearerToken(request);
	return token === undefined ? undefined : hashToken(token);
}

/** Made once: what is thrown for every wrong code needs no stack of its own. */
const noSuchPoll = new Problem("poll_not_found", "There is no poll with this code.");

/** A poll may be deleted between two look-ups. */
function found<Value>(value: Value | undefined): Value {
	if (value === undefined) throw noSuchPoll;
	return value;
}
