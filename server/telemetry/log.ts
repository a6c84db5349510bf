/** The logger: pretty in a terminal, JSON lines otherwise. */
import { type Logger, pino } from "pino";

export type Log = Logger;

/** A failing log target never stops the service: writes are asynchronous and errors are dropped. */
export function createLog(level: string): Log {
	const options = { level, base: null, redact: ["*.hostToken", "*.participantToken", "*.token"] };
	if (!process.stdout.isTTY) return pino(options);
	const target = "pino-pretty";
	return pino({
		...options,
		transport: { target, options: { ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss" } },
	});
}
