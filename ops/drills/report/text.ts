/** The report on one page of a terminal. */
import { seconds } from "../checker/seconds.ts";
import type { Measure } from "./measures.ts";
import { type Note, noteLines } from "./notes.ts";
import type { DrillReport, PropertyLine } from "./report.ts";
import { headlineOf, percentile } from "./report.ts";

const VERDICTS = { held: "ok", broken: "BROKEN", unseen: "-", unjudged: "?", told: "" } as const;
const AROUND_MAX = 12;

export function reportText(report: DrillReport): string {
	const { drill, seed, votes, requests, machine, faults, counterExample } = report;
	const number = (value: number) => value.toLocaleString("en");
	const lines = [
		"",
		`${drill}: ${report.passed ? headlineOf(report) : "A PROMISE BROKE"}   (seed ${seed}, ${report.minutes} min)`,
		`${number(votes.acknowledged)} votes acknowledged by ${report.people} people in ${report.polls} polls on ${report.processes} processes, ` +
			`median ${Math.round(votes.medianMs)} ms, p99 ${Math.round(votes.p99Ms)} ms`,
		`${number(requests.ok + requests.fail + requests.info)} requests: ${number(requests.ok)} answered, ` +
			`${number(requests.fail)} refused, ${number(requests.info)} lost; the slowest took ${seconds(report.slowestMs)}`,
		`${faults.length} faults; ${recoveryText(report)}`,
		...boundText(report),
		"",
		...report.properties.map(propertyText),
		"",
		...report.measures.map(measureText),
		...(report.measures.length > 0 ? [""] : []),
		`${machine.cores} cores, ${machine.memory} GiB, ${machine.system}, Node ${machine.node}, ` +
			`PostgreSQL ${machine.postgres}, Redis ${machine.redis}, commit ${machine.commit}`,
		pressureText(report),
	];
	lines.push(...notesText("Broken:", report.notes.broken));
	lines.push(...notesText("Not judged (?), and why:", report.notes.unjudged));
	if (counterExample !== undefined) {
		const { finding, around } = counterExample;
		lines.push("", `First counter-example, property ${finding.property}: ${finding.sentence}`);
		const middle = Math.max(0, Math.floor((around.length - AROUND_MAX) / 2));
		for (const line of around.slice(middle, middle + AROUND_MAX))
			lines.push(`  ${line.slice(0, 160)}`);
		if (around.length > AROUND_MAX)
			lines.push(`  … all ${around.length} lines are in the JSON file`);
	}
	return lines.join("\n");
}

/** Of the slowest poll that was hit, over all faults after which there was a vote. */
export function recoveryText({ faults }: Pick<DrillReport, "faults">): string {
	const after = (moment: string, times: readonly number[]): string => {
		const [median, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
		return `${moment}: median ${seconds(median)}, p99 ${seconds(p99)}, worst ${seconds(Math.max(0, ...times))}`;
	};
	const times = [
		after(
			"after the strike",
			faults.flatMap(({ fromStrikeMs }) => fromStrikeMs ?? []),
		),
		after(
			"after the heal",
			faults.flatMap(({ fromHealMs }) => fromHealMs ?? []),
		),
	];
	return `votes again ${times.join("; ")}`;
}

/** No failure in N says only that fewer than 3/N of them fail, with 95 % confidence. */
export function boundText({ passed, faults }: Pick<DrillReport, "passed" | "faults">): string[] {
	if (!passed || faults.length < 10) return [];
	const share = ((3 / faults.length) * 100).toFixed(1);
	return [
		`no failure in ${faults.length} faults: of such faults fewer than ${share} % fail (95 %)`,
	];
}

export function pressureText({ pressure }: Pick<DrillReport, "pressure">): string {
	const { load, lagP99Ms } = pressure;
	const lag = Math.round(lagP99Ms);
	return `up to ${load.toFixed(1)} processes a core ran or waited; the driver's own lag was ${lag} ms (p99)`;
}

function measureText({ what, value, bound, verdict }: Measure): string {
	const word = VERDICTS[verdict].padEnd(7);
	return `    ${word}${what}: ${value}${bound === "" ? "" : ` (${bound})`}`;
}

function notesText(heading: string, notes: readonly Note[]): string[] {
	if (notes.length === 0) return [];
	return ["", heading, ...notes.map((note) => `  ${noteLines(note).join("\n    ")}`)];
}

function propertyText(line: PropertyLine): string {
	const { number, name, promise, verdict, checked } = line;
	const some = verdict === "broken" || verdict === "unjudged" ? `${line[verdict]} of ` : "";
	const count = `${some}${checked.toLocaleString("en")}`;
	const word = VERDICTS[verdict].padEnd(7);
	return `${String(number).padStart(3)} ${word}${count.padStart(9)}  ${name}: ${promise}`;
}
