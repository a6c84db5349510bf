/** Whether all processes stay healthy for a while after the last of them was restarted. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { complaintOf, misfitOf, originOf, pids } from "./processes.mjs";

const LOOK_EVERY_MS = 1_000;
const FAILED_LOOKS_MAX = 2;
const FAILURES_MAX = 0.01;
/** Of fewer requests a single failure would be too large a share. */
const REQUESTS_MIN = 100;
/** As ops/prometheus/rules/recording.yml counts them. */
const FAILURES = /^plenum_errors_total\{[^}]*class="(?:server|timeout)"[^}]*\} (\S+)$/gm;
const REQUESTS =
	/^plenum_(?:http_requests_total\{(?![^}]*route="\/(?:health|metrics|ops|monitor))[^}]*\}|votes_total(?:\{[^}]*\})?|room_requests_total\{[^}]*\}) (\S+)$/gm;

/** Rejects as soon as they are not. */
export async function watch(apps, { forMs, signal }) {
	const [before, countedBefore] = [await pids(apps), await counts(apps)];
	const until = performance.now() + forMs;
	let failedInARow = 0;
	while (performance.now() < until) {
		signal.throwIfAborted();
		const complaints = (await Promise.all(apps.map(complaintOf))).filter(Boolean);
		failedInARow = complaints.length === 0 ? 0 : failedInARow + 1;
		if (failedInARow > FAILED_LOOKS_MAX) throw new Error(complaints.join("; "));
		await sleep(LOOK_EVERY_MS);
	}
	const after = await pids(apps);
	const ended = apps.filter((_, index) => before[index] !== after[index]);
	if (ended.length > 0) throw new Error(`${ended.map(({ name }) => name)} ended by itself`);
	for (const app of apps) {
		const misfit = await misfitOf(app);
		if (misfit !== undefined) throw new Error(misfit);
	}
	requireFewFailures(countedBefore, await counts(apps));
}

function requireFewFailures(before, after) {
	const [failures, requests] = [after.failures - before.failures, after.requests - before.requests];
	if (requests < REQUESTS_MIN || failures / requests <= FAILURES_MAX) return;
	throw new Error(`${failures} of ${requests} requests failed`);
}

/** All zero without a token, because nobody may then look. */
async function counts(apps) {
	const { OPS_TOKEN, OPS_TOKEN_FILE } = process.env;
	const token = OPS_TOKEN || (OPS_TOKEN_FILE && readFileSync(OPS_TOKEN_FILE, "utf8").trim());
	if (!token) return { failures: 0, requests: 0 };
	const headers = { authorization: `Bearer ${token}` };
	const texts = await Promise.all(
		apps.map(async (app) => {
			const origin = app.env.OPS_PORT ? `http://127.0.0.1:${app.env.OPS_PORT}` : originOf(app);
			const answer = await fetch(`${origin}/metrics`, {
				headers,
				signal: AbortSignal.timeout(5_000),
			});
			if (!answer.ok) throw new Error(`/metrics of ${app.name} answers ${answer.status}`);
			return answer.text();
		}),
	);
	const all = texts.join("\n");
	return { failures: sum(all, FAILURES), requests: sum(all, REQUESTS) };
}

function sum(text, pattern) {
	return [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
}
