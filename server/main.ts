/** Starts the server, prints where it is, and stops it when told to. */
import { ConfigError, readConfig } from "./config.ts";
import { greeting } from "./greeting.ts";
import { realTimers } from "./lib/timers.ts";
import { explainStartFailure } from "./start-failure.ts";
import { createLog } from "./telemetry/log.ts";
import { debugForAWhile, LogLevels } from "./telemetry/log-levels.ts";

const HARD_STOP_MS = 20_000;

try {
	const [option] = process.argv.slice(2);
	if (option !== undefined) {
		throw new ConfigError(
			`it takes no options such as ${option}: variables set everything, as PORT=3000 (.env.example lists them)`,
		);
	}
	const config = readConfig();
	const levels = new LogLevels(config.logLevel, realTimers);
	const log = createLog(levels);
	process.on("SIGUSR2", () => debugForAWhile(levels));
	for (const warning of config.warnings) log.warn(warning);

	// A bug in one poll must not take the others down; whoever holds a receipt is safe either way.
	process.on("uncaughtException", (err) => log.error({ err }, "uncaught exception"));
	process.on("unhandledRejection", (err) => log.error({ err }, "unhandled rejection"));

	// Only now: what is wrong with the variables is told without loading all of it.
	const { compose } = await import("./compose.ts");
	const server = await compose(config, log, levels);
	const text = greeting(server.port, config);
	if (process.stdout.isTTY) console.log(text);
	else log.info({ port: server.port }, text.trim().replaceAll(/\s*\n\s*/g, " · "));

	// Tells pm2 that the next process may be restarted.
	process.send?.("ready");

	let isStopping = false;
	const stop = async (signal: NodeJS.Signals): Promise<void> => {
		// Told again, as by a terminal and npm both, it goes on draining; the hard stop is its bound.
		if (isStopping) return;
		isStopping = true;
		log.info({ signal }, "stopping");
		setTimeout(() => process.exit(1), HARD_STOP_MS).unref();
		await server.stop();
		process.exit(0);
	};
	process.on("SIGTERM", stop);
	process.on("SIGINT", stop);
} catch (cause) {
	console.error(explainStartFailure(cause));
	process.exit(1);
}
