import { parseArgs } from "node:util";
import { numberIn, wholeNumberIn } from "../command-line.ts";
import { type DrillName, drillNames, drills } from "./drill-table.ts";

const WIDTH = 24;

export const HELP = `npm run drill -- NAME [options]    break it on purpose, and check that every promise held

${drillNames.map((name) => `  ${name.padEnd(WIDTH)}${drills[name].summary}`).join("\n")}
  ${"mutants".padEnd(WIDTH)}checks the checker: every planted lie must be found

  --minutes N    how long faults strike, 0.05 to 1440   (2)
  --seed S       repeats the moments and choices        (a new one)
  --seconds N    postgres-away: for how long, 1 to 3600 (30)
  --people N     12 to 1000, over all polls             (60)
  --processes N  2 to 16                                (3)
  --out DIR      where the reports go                   (./drills)
  --keep         keeps the histories as well
  --help         this text

Several names, separated by commas, or \`all\` run one after the other on the same servers. Needs
PostgreSQL, Redis and nginx on this machine. Ends with 0 when every property held, with 1 when one
broke; the report then shows the first counter-example.`;

export interface Settings {
	readonly names: readonly DrillName[] | "mutants";
	readonly minutes: number;
	/** How long what is measured stays away; `undefined`: as the drill has it. */
	readonly seconds: number | undefined;
	readonly seed: number;
	readonly people: number;
	readonly processes: number;
	readonly out: string;
	readonly keepsHistory: boolean;
}

/** `undefined` when only help was asked for; throws what is wrong with the arguments. */
export function readSettings(args: string[]): Settings | undefined {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			minutes: { type: "string", default: "2" },
			seconds: { type: "string" },
			seed: { type: "string", default: `${Math.floor(Math.random() * 2 ** 31)}` },
			people: { type: "string", default: "60" },
			processes: { type: "string", default: "3" },
			out: { type: "string", default: "./drills" },
			keep: { type: "boolean", default: false },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	const [named, ...more] = positionals;
	if (named === undefined || more.length > 0) throw new Error("name one drill");
	if (values.out === "") throw new Error("--out must name a directory");
	return {
		names: readNames(named),
		minutes: numberIn("--minutes", values.minutes, 0.05, 1440),
		seconds:
			values.seconds === undefined ? undefined : numberIn("--seconds", values.seconds, 1, 3600),
		seed: wholeNumberIn("--seed", values.seed, 0, 2 ** 31 - 1),
		people: wholeNumberIn("--people", values.people, 12, 1000),
		processes: wholeNumberIn("--processes", values.processes, 2, 16),
		out: values.out,
		keepsHistory: values.keep,
	};
}

function readNames(text: string): Settings["names"] {
	if (text === "mutants") return "mutants";
	if (text === "all") return drillNames;
	return text.split(",").map((name) => {
		const known = drillNames.find((each) => each === name);
		if (known === undefined) throw new Error(`there is no drill "${name}"`);
		return known;
	});
}
