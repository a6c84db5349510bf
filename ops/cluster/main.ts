/** `npm run cluster`: several processes behind one address, with all they need, on this machine. */
import { createInterface } from "node:readline";
import { runCommand } from "../command-line.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { HELP, readSettings, type Settings } from "./settings.ts";
import { table } from "./table.ts";

const print = (line: string): void => console.log(line);

process.exit(await runCommand({ name: "cluster", help: HELP, read: readSettings, run }));

async function run(settings: Settings): Promise<number> {
	const interrupted = new AbortController();
	// Told again, as by a terminal and npm both, it goes on stopping; each part has its bound.
	const stop = (): void => interrupted.abort(new Error("interrupted"));
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
	// A terminal that was closed must not keep it from stopping the others.
	process.stdout.on("error", () => {});
	try {
		await serve(settings, interrupted.signal);
		return 0;
	} catch (error) {
		if (interrupted.signal.aborted) return 0;
		console.error(`plenum cluster: ${(error as Error).message}`);
		return 1;
	}
}

async function serve(settings: Settings, signal: AbortSignal): Promise<void> {
	const { env: environment } = process;
	const cluster = await startCluster({ settings, environment, print, signal });
	print(["", ...table(cluster.rows), "", `Open  ${cluster.addresses.join("  or  ")}`].join("\n"));
	print("r and Enter restarts the processes one after the other, Ctrl-C stops everything.\n");
	const keys = restartOnKey(cluster);
	await new Promise<void>((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
	keys.close();
	print("plenum: stopping, the processes drain first …");
	await cluster.stop();
	print("plenum: everything has stopped");
}

function restartOnKey(cluster: Cluster): { close(): void } {
	// Not as a terminal of readline's, which would take Ctrl-C for itself.
	const lines = createInterface({ input: process.stdin, terminal: false });
	let isRestarting = false;
	lines.on("line", async (line) => {
		if (line.trim() !== "r" || isRestarting) return;
		isRestarting = true;
		try {
			await cluster.restart();
			print("plenum: every process was restarted");
		} catch (error) {
			print(`plenum: the restart ends here: ${(error as Error).message}`);
		}
		isRestarting = false;
	});
	return lines;
}
