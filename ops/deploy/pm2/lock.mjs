/** One rollout at a time on a machine. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./proc.mjs";

/** Returns the unlock; throws when a rollout that is alive has it. */
export function lock(base) {
	const file = join(base, "rollout.pid");
	for (let attempt = 1; attempt <= 2; attempt++) {
		try {
			writeFileSync(file, `${process.pid}`, { flag: "wx" });
			return () => rmSync(file, { force: true });
		} catch (error) {
			if (error.code !== "EEXIST") throw error;
			const pid = Number(readFileSync(file, "utf8"));
			if (isAlive(pid)) throw new Error(`another rollout is under way (process ${pid})`);
			rmSync(file, { force: true });
		}
	}
	throw new Error(`another rollout is under way: ${file}`);
}
