/** `npm run smoke -- ORIGIN`: does voting work there? For people, for workflows and for the rollout. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { numberIn, originIn, runCommand } from "../command-line.ts";
import { voteOnce } from "./round.ts";

const HELP = `npm run smoke -- ORIGIN [options]      creates a poll, joins, votes, checks the tally, deletes

  ORIGIN                 as https://polls.example
  --host-key-file FILE   holds the key, where the server asks for one to create polls
  --seconds N            how long a single step may take, 1 to 300   (15)
  --help                 this text

Ends with 0 when everything was as it should be, with 1 when not, with 2 when it was not understood.`;

process.exitCode = await runCommand({ name: "smoke", help: HELP, read: readArguments, run: smoke });

async function smoke(settings: Settings): Promise<number> {
	const startedAt = performance.now();
	const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
	try {
		await voteOnce({ ...settings, done: (step) => console.log(`${seconds()} s  ${step}`) });
		console.log(`plenum smoke: voting works at ${settings.origin}`);
		return 0;
	} catch (error) {
		console.error(`plenum smoke: FAILED after ${seconds()} s: ${(error as Error).message}`);
		return 1;
	}
}

interface Settings {
	readonly origin: string;
	readonly hostKey: string | undefined;
	readonly withinMs: number;
}

function readArguments(args: string[]): Settings | undefined {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			"host-key-file": { type: "string" },
			seconds: { type: "string", default: "15" },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	const origin = originIn(positionals);
	const seconds = numberIn("--seconds", values.seconds, 1, 300);
	const file = values["host-key-file"];
	const hostKey = file === undefined ? undefined : readFileSync(file, "utf8").trim();
	return { origin, hostKey, withinMs: seconds * 1000 };
}
