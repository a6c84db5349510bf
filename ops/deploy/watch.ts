/** `node ops/run.mjs ops/deploy/watch.js ORIGIN`: is it still healthy a while after a deployment? */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { numberIn, originIn, runCommand } from "../command-line.ts";

const HELP = `node ops/run.mjs ops/deploy/watch.js ORIGIN [options]      ends with 1 as soon as it is not healthy

  ORIGIN              as https://polls.example
  --seconds N         how long to watch, 1 to 3600                 (300)
  --every N           seconds between two looks                    (5)
  --prometheus URL    also the share of requests that failed, as Prometheus has recorded it
  --failures-max N    the share that is too much, 0 to 1           (0.01)
  --help              this text

Three looks in a row must fail before it counts: one may meet a process that goes.`;

const FAILED_LOOKS_MAX = 2;
const ANSWER_WITHIN_MS = 5_000;
/** Both are recorded by ops/prometheus/rules/recording.yml. No requests are no failures. */
const FAILURE_SHARE = "plenum:failures:rate1m / (plenum:requests:rate1m > 0) or vector(0)";

process.exitCode = await runCommand({ name: "watch", help: HELP, read: readArguments, run: watch });

interface Settings {
	readonly origin: string;
	readonly forMs: number;
	readonly everyMs: number;
	readonly prometheus: string | undefined;
	readonly failuresMax: number;
}

async function watch(settings: Settings): Promise<number> {
	const until = performance.now() + settings.forMs;
	let looks = 0;
	let failedInARow = 0;
	while (performance.now() < until) {
		const complaint = await look(settings);
		looks += 1;
		failedInARow = complaint === undefined ? 0 : failedInARow + 1;
		if (complaint !== undefined) console.error(`${new Date().toISOString()}  ${complaint}`);
		if (failedInARow > FAILED_LOOKS_MAX) {
			console.error(`plenum watch: NOT HEALTHY, ${failedInARow} looks in a row failed`);
			return 1;
		}
		await sleep(settings.everyMs);
	}
	console.log(`plenum watch: healthy, ${looks} looks`);
	return 0;
}

/** What is wrong, or `undefined`. */
async function look({ origin, prometheus, failuresMax }: Settings): Promise<string | undefined> {
	try {
		const ready = await ask(`${origin}/health/ready`);
		if (!ready.ok) return `/health/ready answers ${ready.status}: ${await ready.text()}`;
		if (prometheus === undefined) return undefined;
		const share = await failureShare(prometheus);
		return share > failuresMax
			? `${(share * 100).toFixed(2)} % of the requests of the last minute failed`
			: undefined;
	} catch (error) {
		const { message, cause } = error as Error & { cause?: { message?: string } };
		return cause?.message ?? message;
	}
}

async function failureShare(prometheus: string): Promise<number> {
	const query = new URLSearchParams({ query: FAILURE_SHARE });
	const answer = await ask(`${prometheus}/api/v1/query?${query}`);
	const body: { data?: { result?: { value?: [number, string] }[] } } = await answer.json();
	const share = Number(body.data?.result?.[0]?.value?.[1]);
	if (Number.isNaN(share)) throw new Error(`Prometheus does not tell: ${JSON.stringify(body)}`);
	return share;
}

function ask(url: string): Promise<Response> {
	return fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
}

function readArguments(args: string[]): Settings | undefined {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			seconds: { type: "string", default: "300" },
			every: { type: "string", default: "5" },
			prometheus: { type: "string" },
			"failures-max": { type: "string", default: "0.01" },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	const { prometheus } = values;
	if (prometheus !== undefined && !URL.canParse(prometheus)) {
		throw new Error("--prometheus must be an address like http://prometheus:9090");
	}
	return {
		origin: originIn(positionals),
		forMs: 1000 * numberIn("--seconds", values.seconds, 1, 3600),
		everyMs: 1000 * numberIn("--every", values.every, 0.1, 60),
		prometheus: prometheus?.replace(/\/+$/, ""),
		failuresMax: numberIn("--failures-max", values["failures-max"], 0, 1),
	};
}
