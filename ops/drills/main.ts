/** `npm run drill`: faults on purpose, while people vote, and a check of every promise. */
import { runCommand } from "../command-line.ts";
import { checkTheChecker } from "./mutants/check-the-checker.ts";
import { runDrills } from "./run-drills.ts";
import { HELP, readSettings, type Settings } from "./settings.ts";

process.exit(await runCommand({ name: "drill", help: HELP, read: readSettings, run }));

async function run(settings: Settings): Promise<number> {
	const interrupted = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
		process.on(signal, () => interrupted.abort(new Error("interrupted")));
	}
	const { names } = settings;
	try {
		if (names === "mutants") {
			return (await checkTheChecker(settings, print, progressLine())) ? 0 : 1;
		}
		const surface = { progress: progressLine(), print, signal: interrupted.signal };
		return (await runDrills(names, settings, surface)) ? 0 : 1;
	} catch (error) {
		print(`plenum drill: ${(error as Error).message}`);
		return interrupted.signal.aborted ? 130 : 2;
	}
}

function print(text: string): void {
	if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
	console.log(text);
}

/** On a terminal one line that changes; in a log a line when the words change, not the numbers. */
function progressLine(): (line: string) => void {
	let said = "";
	return (line) => {
		if (process.stderr.isTTY) return void process.stderr.write(`\r\u001b[K${line}`);
		const words = line.replace(/\d+/g, "");
		if (words !== said && !/ s left/.test(line)) process.stderr.write(`${line}\n`);
		said = words;
	};
}
