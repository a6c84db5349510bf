import { parseArgs } from "node:util";
import { wholeNumberIn } from "../command-line.ts";

export const HELP = `npm run cluster -- [options]   several processes behind one address, on this machine

  --processes N      1 to 16                           (2)
  --port PORT        of nginx, where browsers go       (8080)
  --data DIR         PostgreSQL's data and the logs    (./data/cluster)
  --help             this text

DATABASE_URL and REDIS_URL (or DATABASE_URL_FILE and REDIS_URL_FILE) name servers to use; without
them it starts private ones from what is installed on this machine. Whatever else configures
Plenum is handed on to every process. While it runs, r and Enter restarts the processes one after
the other, and Ctrl-C stops everything.`;

export interface Settings {
	readonly processes: number;
	readonly port: number;
	readonly data: string;
}

const PROCESSES_MAX = 16;

/** `undefined` when only help was asked for; throws what is wrong with the arguments. */
export function readSettings(args: string[]): Settings | undefined {
	const { values } = parseArgs({
		args,
		options: {
			processes: { type: "string", default: "2" },
			port: { type: "string", default: "8080" },
			data: { type: "string", default: "./data/cluster" },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	if (values.data === "") throw new Error("--data must name a directory");
	return {
		processes: wholeNumberIn("--processes", values.processes, 1, PROCESSES_MAX),
		port: wholeNumberIn("--port", values.port, 1, 65_535),
		data: values.data,
	};
}
