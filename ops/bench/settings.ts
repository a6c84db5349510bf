import { parseArgs } from "node:util";
import type { Bench, Scale } from "./kit/bench.ts";

const RUNS_MAX = 100;
const MINUTES_MAX = 24 * 60;
const RESULTS = "ops/bench/results";

export interface Settings {
	readonly benches: readonly Bench[];
	/** Each bench's own number when not given; one when quick. */
	readonly runs: number | undefined;
	readonly scale: Scale;
	readonly out: string;
	/** Whether Plenum's processes are to write down where their time goes. */
	readonly isProfiling: boolean;
	/** Earlier results, one or a directory of them. */
	readonly compare: string | undefined;
	/** The file for a picture of all results in `out`. */
	readonly picture: string | undefined;
}

export function help(benches: readonly Bench[]): string {
	const width = Math.max(...benches.map(({ name }) => name.length));
	const list = benches.map(
		({ name, about, isApart }) => `  ${name.padEnd(width)}  ${about}${isApart ? " *" : ""}`,
	);
	return `npm run bench -- NAME [NAME …] [options]    measures, as ratios to references of the same minutes

${list.join("\n")}
  ${"all".padEnd(width)}  every one of them but those with *

  --runs N           turns of every side, 1 to ${RUNS_MAX}; each bench has its own default
  --quick            one turn, and less of everything: whether it works, what has broken; nothing to quote
  --minutes N        how long a soak takes (30)
  --out DIR          for NAME.json, report.html and profiles (${RESULTS})
  --compare PATH     an earlier NAME.json or a directory of them: prints both as a table, and ends with 1
                     when a goal that was met no longer is
  --picture FILE     draws the goals of all results in DIR as SVG; without a NAME nothing is measured
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
			quick: { type: "boolean", default: false },
			minutes: { type: "string", default: "30" },
			out: { type: "string", default: RESULTS },
			compare: { type: "string" },
			picture: { type: "string" },
			profile: { type: "boolean", default: false },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	const { runs, quick, minutes, out, compare, picture, profile } = values;
	for (const [name, path] of Object.entries({ out, compare, picture })) {
		if (path === "") throw new Error(`--${name} must name a file or directory`);
	}
	const given = runs === undefined ? undefined : wholeNumber("--runs", runs, RUNS_MAX);
	return {
		...{ out, compare, picture, isProfiling: profile },
		benches:
			picture !== undefined && positionals.length === 0 ? [] : benchesNamed(positionals, known),
		runs: given ?? (quick ? 1 : undefined),
		scale: { isQuick: quick, minutes: wholeNumber("--minutes", minutes, MINUTES_MAX) },
	};
}

function benchesNamed(names: readonly string[], known: readonly Bench[]): readonly Bench[] {
	if (names.length === 0) throw new Error("name what to measure");
	const asked = names.flatMap((name) => {
		if (name === "all") return known.filter(({ isApart }) => isApart !== true);
		const bench = known.find((each) => each.name === name);
		if (bench === undefined) throw new Error(`there is no bench named ${name}`);
		return bench;
	});
	return [...new Set(asked)];
}

function wholeNumber(name: string, text: string, most: number): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
	throw new Error(`${name} must be a whole number from 1 to ${most}`);
}
