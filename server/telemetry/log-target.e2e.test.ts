/** The log's real target in a process of its own: standard output that breaks, fills up, or ends. */
import { equal, match } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";

const LOG = new URL("./log.ts", import.meta.url).href;

/** Logs far more than a pipe holds while a timer ticks, and says on stderr that it came through. */
const PROGRAM = `
const { createLog } = await import(${JSON.stringify(LOG)});
const log = createLog("info");
log.info("first");
let ticks = 0;
const timer = setInterval(() => {
	for (let line = 0; line < 500; line += 1) log.info({ text: "x".repeat(200) }, "line");
	ticks += 1;
	if (ticks < 40) return;
	clearInterval(timer);
	console.error("ticked " + ticks);
	process.kill(process.pid, "SIGKILL");
}, 5);
`;

function start(program: string, stdout: "pipe" | number): ChildProcess {
	return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
		stdio: ["ignore", stdout, "pipe"],
	});
}

async function complaints(child: ChildProcess): Promise<string> {
	let text = "";
	child.stderr?.on("data", (chunk) => {
		text += chunk;
	});
	await once(child, "exit");
	return text;
}

describe("standard output as the log's target", function () {
	this.timeout(60_000);

	it("[M9] a reader that has gone stops nothing", async () => {
		const child = start(PROGRAM, "pipe");
		child.stdout?.destroy();
		equal((await complaints(child)).trim(), "ticked 40");
	});

	it("[M9] a reader that no longer reads stops nothing", async () => {
		const child = start(PROGRAM, "pipe");
		child.stdout?.pause();
		equal((await complaints(child)).trim(), "ticked 40");
	});

	const onLinux = process.platform === "linux" ? it : () => {};
	onLinux("[M9] a full disk stops nothing", async () => {
		const full = openSync("/dev/full", "w");
		const child = start(PROGRAM, full);
		closeSync(full);
		equal((await complaints(child)).trim(), "ticked 40");
	});

	it("[M9] what was logged last is written before the process ends", async () => {
		const program = PROGRAM.replace(/let ticks[\s\S]*/, 'log.info("last"); process.exit(0);');
		const child = start(program, "pipe");
		let text = "";
		child.stdout?.on("data", (chunk) => {
			text += chunk;
		});
		await once(child, "close");
		// In either order: the last one may overtake what was on its way. Each line has its time.
		match(text, /"first"/);
		match(text, /"last"/);
	});
});
