/**
 * `node ops/deploy/pm2-rollout.mjs`: a new release on a machine with pm2, process by process, and back
 * by itself when one is not well. Plain Node, so that it runs before anything is installed.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { lock } from "./pm2/lock.mjs";
import { originOf, readApps, remove, requirePort, restart } from "./pm2/processes.mjs";
import { releases } from "./pm2/releases.mjs";
import { run } from "./pm2/run.mjs";
import { watch } from "./pm2/watch.mjs";

const HELP = `node ops/deploy/pm2-rollout.mjs --base FOLDER --from CHECKOUT [options]
node ops/deploy/pm2-rollout.mjs --base FOLDER --to RELEASE [options]     one that is installed already

Installs the built CHECKOUT as FOLDER/releases/NAME, migrates the database, leads FOLDER/current to it,
then restarts one process after the other, each of which must get ready and pass a smoke vote. All of
them are then watched for a while. Whatever fails, and Ctrl-C, leads back to the release before; the
schema stays, because migrations only add and ACCEPT_NEWER_SCHEMA lets the release before run on it.

--name NAME        of the release; the time when not given
--watch N          seconds of watching in the end, 0 to 120          (30)
--ready-within N   seconds in which a process gets ready, 1 to 120   (60)
--keep N           releases that stay                                (5)
--dry-run          says what would be done, and changes nothing

Needs Linux, pm2, and the environment of the servers: DATABASE_URL or DATABASE_URL_FILE and so on, with
OPS_TOKEN or OPS_TOKEN_FILE to watch the share of requests that fail, and HOST_KEY_FILE for the smoke
vote where there is a host key.

Exit code: 0 the new release runs, 1 the old one runs, 2 not understood, 3 going back failed as well.
It ends within ten minutes for up to four processes.`;

/** Half of ten minutes; the other half is for going back. */
const FORWARD_WITHIN_MS = 300_000;
const MIGRATE_WITHIN_MS = 180_000;
const SMOKE_WITHIN_MS = 60_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
	let settings;
	try {
		settings = readArguments(args);
	} catch (error) {
		console.error(`plenum rollout: ${error.message}\n\n${HELP}`);
		return 2;
	}
	if (settings === undefined) {
		console.log(HELP);
		return 0;
	}
	try {
		mkdirSync(settings.base, { recursive: true });
		const unlock = lock(settings.base);
		try {
			return await rollOut(settings);
		} finally {
			unlock();
		}
	} catch (error) {
		console.error(`plenum rollout: FAILED, nothing was changed: ${error.message}`);
		return 1;
	}
}

async function rollOut(settings) {
	const { base, from, to, keep, isDryRun } = settings;
	const store = releases(base);
	const name = to ?? settings.name;
	const before = store.current();
	if (to !== undefined && !existsSync(store.pathOf(to))) throw new Error(`no release ${to}`);
	if (isDryRun) {
		const apps = await readApps(from ?? store.pathOf(name), store.link);
		say(
			`would ${from ? `install ${from} as` : "take"} ${name}, migrate, and lead ${store.link} to it`,
		);
		say(
			`would restart ${apps.map((app) => app.name).join(", ")}; goes back to ${before ?? "nothing"}`,
		);
		return 0;
	}
	if (from !== undefined) {
		say(`installing ${name}`);
		store.install(from, name);
	}
	const stopping = interruption();
	const restarted = [];
	try {
		const apps = await readApps(store.pathOf(name), store.link);
		await forward(settings, { store, name, apps, restarted, signal: stopping.signal });
	} catch (error) {
		console.error(`plenum rollout: FAILED: ${error.message}`);
		return await back(settings, { store, name, before, restarted });
	} finally {
		stopping.forget();
	}
	say(`done: ${name} runs`);
	store.prune(keep, name, before);
	return 0;
}

async function forward(settings, { store, name, apps, restarted, signal }) {
	apps.forEach(requirePort);
	const release = store.pathOf(name);
	say("migrating the database");
	const script = join(release, "dist/server/migrate-main.js");
	// One that was installed before may meet a schema that has grown since.
	const env = { ...process.env, ACCEPT_NEWER_SCHEMA: "yes" };
	await run(process.execPath, [script, "migrate"], { withinMs: MIGRATE_WITHIN_MS, signal, env });
	store.makeCurrent(name);
	for (const app of apps) {
		say(`restarting ${app.name}`);
		restarted.push(app);
		await restart(app, { ...settings, signal });
		const key = process.env.HOST_KEY_FILE ? ["--host-key-file", process.env.HOST_KEY_FILE] : [];
		const smoke = [join(release, "dist/ops/deploy/smoke.js"), originOf(app), ...key];
		await run(process.execPath, smoke, { withinMs: SMOKE_WITHIN_MS, signal });
		say(`${app.name} is ready and counts votes`);
	}
	say(`watching for ${settings.watchMs / 1000} s`);
	await watch(apps, { forMs: settings.watchMs, signal });
}

async function back(settings, { store, name, before, restarted }) {
	try {
		store.makeCurrent(before);
		const apps = before ? await readApps(store.pathOf(before), store.link) : [];
		for (const newer of restarted) {
			const app = apps.find((it) => it.name === newer.name);
			say(`${newer.name} goes back to ${before ?? "nothing"}`);
			if (app) await restart(app, settings);
			else await remove(newer);
		}
		// It can be installed again under its name, from where it came.
		if (settings.from !== undefined) store.remove(name);
		say(`rolled back: ${before ?? "nothing"} runs`);
		return 1;
	} catch (error) {
		console.error(`plenum rollout: GOING BACK FAILED, look after it now: ${error.message}`);
		return 3;
	}
}

/** Aborted by Ctrl-C, by SIGTERM, and when the time is up. */
function interruption() {
	const controller = new AbortController();
	const abort = (why) => controller.abort(new Error(why));
	const onSignal = (signal) => abort(`interrupted by ${signal}`);
	const minutes = FORWARD_WITHIN_MS / 60_000;
	const timer = setTimeout(abort, FORWARD_WITHIN_MS, `not done within ${minutes} minutes`);
	process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
	return {
		signal: controller.signal,
		forget() {
			clearTimeout(timer);
			process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
		},
	};
}

function say(what) {
	console.log(`${new Date().toISOString()}  ${what}`);
}

/** `undefined` when only help was asked for; throws what is wrong with the arguments. */
function readArguments(args) {
	const text = { type: "string" };
	const { values } = parseArgs({
		args,
		options: {
			...{ base: text, from: text, to: text, name: text },
			watch: { ...text, default: "30" },
			"ready-within": { ...text, default: "60" },
			keep: { ...text, default: "5" },
			"dry-run": { type: "boolean", default: false },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	const { base, from, to, name = new Date().toISOString().replace(/[-:]|\.\d+/g, "") } = values;
	if (base === undefined || (from === undefined) === (to === undefined)) {
		throw new Error("give --base, and either --from or --to");
	}
	if (!/^\w[\w.-]*$/.test(name)) throw new Error("--name must be letters, digits, . and -");
	return {
		base: resolve(base),
		from: from && resolve(from),
		to,
		name,
		watchMs: 1000 * inRange("--watch", values.watch, 0, 120),
		readyWithinMs: 1000 * inRange("--ready-within", values["ready-within"], 1, 120),
		keep: inRange("--keep", values.keep, 1, 100),
		isDryRun: values["dry-run"],
	};
}

function inRange(name, text, least, most) {
	const value = Number(text);
	if (value >= least && value <= most) return value;
	throw new Error(`${name} must be a number from ${least} to ${most}`);
}
