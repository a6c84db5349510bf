/** The processes of a release under pm2: one a port, restarted one at a time. */
import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { described, folderOf, isAlive, listenersOn, serversOf } from "./proc.mjs";
import { run } from "./run.mjs";

const LOOK_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 2_000;
const PM2_WITHIN_MS = 60_000;
/** Draining takes up to 25 seconds before the new process begins to start. */
const DRAINED_WITHIN_MS = 30_000;

/**
 * What the release's ecosystem.config.cjs says, led through the link: pm2 keeps a process's path for
 * good, so the path must be one that leads to whichever release is current.
 */
export async function readApps(release, link) {
	const print = `console.log(JSON.stringify(require(${JSON.stringify(join(release, "ecosystem.config.cjs"))}).apps))`;
	const apps = JSON.parse(await run(process.execPath, ["--eval", print], { withinMs: 10_000 }));
	// Back on a schema that only grew, the release before must not refuse it.
	const grown = { ACCEPT_NEWER_SCHEMA: "yes" };
	return apps.map((app) => ({
		...app,
		...{ cwd: link, script: join(link, app.script) },
		// Told to restart one that it still waits for, pm2 takes its end for a crash, starts two and
		// loses one (7.0.4). Whether it is ready is asked here anyway.
		wait_ready: false,
		env: { ...app.env, ...grown },
	}));
}

export const originOf = ({ env }) => `http://127.0.0.1:${env.PORT}`;

/** Throws when something that is none of an app's processes has its port. */
export function requirePort(app) {
	const servers = serversOf(app);
	const stranger = listenersOn(app.env.PORT).find((pid) => !servers.includes(pid));
	if (stranger === undefined) return;
	const port = `port ${app.env.PORT} of ${app.name}`;
	throw new Error(`${port} is taken by ${described(stranger)}: end it first`);
}

/** Resolves once the process runs what the link leads to and is ready; rejects when it is not in time. */
export async function restart(app, { base, readyWithinMs, signal }) {
	await onlyListed(app);
	const file = join(base, "pm2.config.json");
	writeFileSync(file, JSON.stringify({ apps: [app] }, null, "\t"));
	const args = ["startOrRestart", file, "--update-env"];
	const startedAt = performance.now();
	await run("pm2", args, { withinMs: DRAINED_WITHIN_MS + readyWithinMs, signal });
	const leftMs = DRAINED_WITHIN_MS + readyWithinMs - (performance.now() - startedAt);
	await ready(app, Math.min(readyWithinMs, leftMs), signal);
}

export async function remove(app) {
	await run("pm2", ["delete", app.name], { withinMs: PM2_WITHIN_MS });
	await onlyListed(app);
}

/** Process ids by name: another one means that a process has ended and come again. */
export async function pids(apps) {
	// Else it also says that it had to be started.
	const list = JSON.parse(await run("pm2", ["jlist", "--silent"], { withinMs: PM2_WITHIN_MS }));
	return apps.map(({ name }) => list.find((it) => it.name === name)?.pid);
}

async function ready(app, withinMs, signal) {
	const deadline = performance.now() + withinMs;
	let complaint = "it was not asked";
	while (performance.now() < deadline) {
		signal?.throwIfAborted();
		complaint = (await complaintOf(app)) ?? (await misfitOf(app));
		if (complaint === undefined) return;
		await sleep(LOOK_EVERY_MS);
	}
	throw new Error(`${app.name} did not get ready: ${complaint}`);
}

/** Why a process is not ready, or `undefined`. */
export async function complaintOf(app) {
	try {
		const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
		const answer = await fetch(`${originOf(app)}/health/ready`, { signal });
		return answer.ok ? undefined : `/health/ready answers ${answer.status}: ${await answer.text()}`;
	} catch (error) {
		return error.cause?.message ?? error.message;
	}
}

/** Why it is not the process that pm2 was told to run which answers, or `undefined`. */
export async function misfitOf(app) {
	const listed = await onlyListed(app);
	const listeners = listenersOn(app.env.PORT);
	if (!listeners.includes(listed)) {
		const them = listeners.map(described).join(", ") || "nobody";
		return `pm2 lists process ${listed} of ${app.name}, and on its port listens ${them}`;
	}
	const folder = folderOf(listed);
	if (folder !== realpathSync(app.cwd)) return `process ${listed} of ${app.name} runs ${folder}`;
	return undefined;
}

/** Ends what runs of an app though pm2 does not list it, and resolves to the process that it lists. */
async function onlyListed(app) {
	// Before pm2 is asked: what it starts meanwhile is none of them.
	const running = serversOf(app);
	const [listed] = await pids([app]);
	for (const pid of running.filter((it) => it !== listed && isAlive(it))) {
		console.error(`plenum rollout: pm2 does not list process ${pid} of ${app.name}: ending it`);
		await end(pid);
	}
	return listed;
}

async function end(pid) {
	process.kill(pid, "SIGTERM");
	const deadline = performance.now() + DRAINED_WITHIN_MS;
	while (isAlive(pid) && performance.now() < deadline) await sleep(LOOK_EVERY_MS);
	if (isAlive(pid)) process.kill(pid, "SIGKILL");
}
