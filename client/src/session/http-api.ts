/** The calls of the HTTP API, each with a deadline and typed errors. */
import type { SeatReservation } from "@colyseus/sdk";
import type { Limits } from "../../../schema/limits.ts";
import type { ResultVisibility } from "../../../schema/poll-words.ts";
import type { RequestInputs } from "../../../schema/wire/client-messages.ts";
import type {
	CreatedPoll,
	ExportedVote,
	PollResults,
	PollSummary,
} from "../../../schema/wire/http.ts";
import { type Call, httpCaller } from "./http-call.ts";
import type { SeatRequest } from "./seat.ts";

/** A question as a host writes it. */
export type QuestionInput = RequestInputs["add-question"];

/** The body of `POST /api/polls`. */
export type PollInput =
	| {
			readonly title?: string;
			readonly questions: readonly QuestionInput[];
			readonly settings?: PollSettingsInput;
	  }
	| {
			readonly title?: string;
			readonly question: string;
			readonly options: readonly string[];
			readonly settings?: PollSettingsInput;
	  };

export interface PollSettingsInput {
	readonly capacity?: number;
	readonly results?: ResultVisibility;
}

export interface HttpApi {
	/** Not retried: every call makes another poll. */
	createPoll(form: PollInput, hostKey?: string): Promise<CreatedPoll>;
	poll(code: string): Promise<PollSummary>;
	results(code: string, hostToken?: string): Promise<PollResults>;
	exportVotes(code: string, hostToken: string): Promise<ExportedVote[]>;
	/** The same as a CSV file's text. */
	exportCsv(code: string, hostToken: string): Promise<string>;
	deletePoll(code: string, hostToken: string): Promise<void>;
	/** The server's limits, without those that only it needs. */
	limits(): Promise<Limits>;
	takeSeat(code: string, request: SeatRequest, signal?: AbortSignal): Promise<SeatReservation>;
}

export interface HttpApiOptions {
	readonly fetch?: typeof fetch;
	/** How long a call may take, with its body; 10 s when not given. */
	readonly deadlineMs?: number;
}

const DEADLINE_MS = 10_000;

/**
 * @param origin of the server, as `https://polls.example`; a path in front of `/api` may follow.
 * Every call rejects with `HttpError` when the server answered with an error, with
 * `NoAnswerError` when it did not answer in time.
 */
export function httpApi(origin: string, options: HttpApiOptions = {}): HttpApi {
	const call = httpCaller(origin, options.fetch ?? fetch, options.deadlineMs ?? DEADLINE_MS);
	const json = async <Body>(request: Call) => (await call(request)).json() as Promise<Body>;
	return {
		createPoll: (form, hostKey) => json({ path: "/api/polls", body: form, bearer: hostKey }),
		poll: (code) => json({ path: pathOf(code) }),
		results: (code, hostToken) => json({ path: pathOf(code, "/results"), bearer: hostToken }),
		exportVotes: (code, hostToken) =>
			json({ path: pathOf(code, "/export?format=json"), bearer: hostToken }),
		async exportCsv(code, hostToken) {
			const path = pathOf(code, "/export?format=csv");
			return (await call({ path, bearer: hostToken })).text();
		},
		async deletePoll(code, hostToken) {
			await call({ method: "DELETE", path: pathOf(code), bearer: hostToken });
		},
		limits: () => json({ path: "/api/limits" }),
		takeSeat: (code, request, signal) =>
			json({ path: pathOf(code, "/seats"), body: request, signal }),
	};
}

function pathOf(code: string, rest = ""): string {
	return `/api/polls/${encodeURIComponent(code)}${rest}`;
}
