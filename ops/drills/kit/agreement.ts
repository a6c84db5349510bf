/** Waiting for the end of a poll: everybody has their answer, and every screen shows the results. */
import { setTimeout as pause } from "node:timers/promises";
import { httpApi } from "../../../client/src/session/http-api.ts";
import type { WatchSession } from "../../../client/src/session/watch-session.ts";
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import type { Agreement } from "./history-events.ts";

export type NamedSession = readonly [name: string, session: WatchSession];

const LOOK_EVERY_MS = 50;
const RESULTS_WITHIN_MS = 2_000;

/** Until `behind` finds nobody. */
export async function agreement(
	withinMs: number,
	behind: () => Promise<readonly string[]>,
): Promise<Agreement> {
	const beganAt = performance.now();
	let before: readonly string[] = [];
	for (;;) {
		const now = await behind();
		const ms = performance.now() - beganAt;
		if (now.length === 0) return { isReached: true, ms, behind: before };
		if (ms > withinMs) return { isReached: false, ms, behind: now };
		before = now;
		await pause(LOOK_EVERY_MS);
	}
}

/** The screens that do not show what the server at `origin` tells. */
export async function unlikeResults(
	origin: string,
	{ code, hostToken }: Pick<CreatedPoll, "code" | "hostToken">,
	sessions: readonly NamedSession[],
): Promise<readonly string[]> {
	const api = httpApi(origin, { deadlineMs: RESULTS_WITHIN_MS });
	const results = await api.results(code, hostToken).catch(() => undefined);
	if (results === undefined) return ["the results (no answer)"];
	return sessions.flatMap(([name, { snapshot }]) => {
		const unlike = results.questions.find(({ id, status, ballots, options }) => {
			const shown = snapshot.questions.find((question) => question.id === id);
			const counts = shown?.hostCounts ?? shown?.counts ?? [];
			const isSame = shown?.status === status && shown.ballots === ballots;
			const votes = options.map(({ votes }) => votes);
			return !isSame || (counts.length > 0 && `${counts}` !== `${votes}`);
		});
		return unlike === undefined ? [] : [`${name} (${unlike.id})`];
	});
}
