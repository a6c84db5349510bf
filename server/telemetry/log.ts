/**
 * The logger: pretty in a terminal, JSON lines otherwise. Lines carry `requestId`, `pollId` and
 * `participantId` where they apply, as fields of the call: a level for one poll looks at them.
 */
import { type DestinationStream, type Logger, pino } from "pino";
import { realTimers } from "../lib/timers.ts";
import { type LogLevel, LogLevels } from "./log-levels.ts";

export type Log = Logger;

/** Bytes that wait for a target that takes no more; what is above is dropped. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;

/** Secrets, and what people chose and call themselves: at the top of a line and two levels down. */
const SECRET = [
	"hostToken",
	"participantToken",
	"token",
	"tokenHash",
	"authorization",
	"cookie",
	"password",
	"hostKey",
	"opsToken",
	"databaseUrl",
	"redisUrl",
	"nickname",
	"choices",
];
const REDACTED = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * A failing log target never stops the service: lines that it does not take are dropped.
 *
 * @param levels what is logged; a level alone stays as it is.
 * @param target instead of standard output.
 */
export function createLog(levels: LogLevels | LogLevel, target = standardOutput()): Log {
	const followed = typeof levels === "string" ? new LogLevels(levels, realTimers) : levels;
	const log = pino(
		{
			base: null,
			redact: REDACTED,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (level) => ({ level }) },
			hooks: {
				logMethod(args, method, number) {
					if (followed.permits(number, args[0])) method.apply(this, args);
				},
			},
		},
		unbreakable(target),
	);
	followed.follow((wordiest) => {
		log.level = wordiest;
	});
	return log;
}

/** Asynchronous: a reader that has stopped reading must not stop us. */
function standardOutput(): DestinationStream {
	if (!process.stdout.isTTY) {
		const target = pino.destination({ dest: 1, sync: false, maxLength: WAITING_BYTES_MAX });
		// A full disk or a closed pipe: there is nobody left to tell.
		target.on("error", () => {});
		return target;
	}
	const options = { ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss" };
	const target = pino.transport({ target: "pino-pretty", options });
	target.on("error", () => {});
	return target;
}

function unbreakable(target: DestinationStream): DestinationStream {
	return {
		write(line) {
			try {
				target.write(line);
			} catch {
				// As above.
			}
		},
	};
}
