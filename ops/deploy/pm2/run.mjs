/** A program of another package, waited for no longer than allowed. */
import { spawn } from "node:child_process";

const OUTPUT_KEPT_MAX = 8_192;

/** Resolves to what it said; rejects with that when it fails, takes too long or `signal` is aborted. */
export function run(command, args, { withinMs, signal, ...options }) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
		let said = "";
		let stdout = "";
		const keep = (text) => {
			said = (said + text).slice(-OUTPUT_KEPT_MAX);
		};
		child.stdout.setEncoding("utf8").on("data", (text) => {
			stdout += text;
			keep(text);
		});
		child.stderr.setEncoding("utf8").on("data", keep);
		let why;
		const end = (reason) => {
			why = reason;
			child.kill("SIGKILL");
		};
		const onAbort = () => end(signal.reason.message);
		const timer = setTimeout(() => end(`it took longer than ${withinMs / 1000} s`), withinMs);
		signal?.addEventListener("abort", onAbort, { once: true });
		if (signal?.aborted) onAbort();
		const settle = (error) => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", onAbort);
			if (error === undefined) resolve(stdout);
			else reject(error);
		};
		child.once("error", ({ message }) => settle(new Error(`${command}: ${message}`)));
		child.once("exit", (code) => {
			if (code === 0) return settle();
			settle(new Error(`${args[0]} failed (${why ?? `code ${code}`}): ${said.trim()}`));
		});
	});
}
