import { parseArgs } from "node:util";
import type { Bench } from "./kit/bench.ts";

const RUNS_MAX = 100;
const RESULTS = "ops/bench/results";

export interface Settings {
	readonly benches: readonly Bench[];
	/** Each bench's own number when not given. */
	readonly runs: number | undefined;
	readonly out: string;
	/** Whether Plenum's processes are to write down where their time goes. */
	readonly isProfiling: boolean;
}

export function help(benches: readonly Bench[]): string {
	const width = Math.max(...benches.map(({ name }) => name.length));
	const list = benches.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
	return `npm run bench -- NAME [NAME …] [options]    measures, as ratios to references of the same minutes

${list.join("\n")}
  ${"all".padEnd(width)}  every one of them

  --runs N           turns of every side, 1 to ${RUNS_MAX}; each bench has its own default
  --out DIR          for NAME.json, report.html and profiles (${RESULTS})
  --profile          the servers write CPU profiles, which slows them: no numbers to quote
  --help             this text

DATABASE_URL names a PostgreSQL to use (databases of its own are made and dropped on it); without
it a private one is started. A run during which other programs used the machine is done again.`;
}

/** `undefined` when only help was asked for; throws what is wrong with the arguments. */
export function readSettings(args: string[], known: readonly Bench[]): Settings | undefined {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			runs: { type: "string" },
			out: { type: "string", default: RESULTS },
			profile: { type: "boolean", default: false },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	if (values.out === "") throw new Error("--out must name a directory");
	const { runs, out, profile } = values;
	return {
		...{ out, isProfiling: profile, benches: benchesNamed(positionals, known) },
		runs: runs === undefined ? undefined : wholeNumber("--runs", runs, RUNS_MAX),
	};
}

function benchesNamed(names: readonly string[], known: readonly Bench[]): readonly Bench[] {
	if (names.length === 0) throw new Error("name what to measure");
	if (names.includes("all")) return known;
	return names.map((name) => {
		const bench = known.find((each) => each.name === name);
		if (bench === undefined) throw new Error(`there is no bench named ${name}`);
		return bench;
	});
}

function wholeNumber(name: string, text: string, most: number): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
	throw new Error(`${name} must be a whole number from 1 to ${most}`);
}
