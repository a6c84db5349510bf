/** Programs that tests start: found, or installed where this may be done without asking. */
import { spawnSync } from "node:child_process";
import {
	findProgram,
	MissingProgramError,
	type ProgramName,
	packaged,
	searchPath,
} from "./find-program.ts";

const INSTALL_WITHIN_MS = 300_000;

/**
 * The path of the program. Root on Debian installs what is missing, without a question and without
 * starting a service; else it throws `MissingProgramError`.
 */
export function ensureProgram(
	name: ProgramName,
	folders: readonly string[] = searchPath(),
): string {
	const { programs, debian } = packaged[name];
	const found = findProgram(programs, folders);
	if (found !== undefined) return found;
	const aptGet = findProgram(["apt-get"], folders);
	if (process.getuid?.() === 0 && aptGet !== undefined) {
		console.error(`plenum: installing ${name} for the tests (apt-get install ${debian})`);
		const installed = aptInstall(aptGet, debian) && findProgram(programs, folders);
		if (installed) return installed;
	}
	throw new MissingProgramError(name);
}

/** A fresh image has no package lists, hence the second attempt. */
function aptInstall(aptGet: string, name: string): boolean {
	const install = () => run(aptGet, "install", "-y", "--no-install-recommends", name);
	return install() || (run(aptGet, "update") && install());
}

function run(aptGet: string, ...args: readonly string[]): boolean {
	const { status } = spawnSync(aptGet, ["-q", ...args], {
		stdio: ["ignore", "ignore", "ignore"],
		timeout: INSTALL_WITHIN_MS,
		env: {
			...process.env,
			DEBIAN_FRONTEND: "noninteractive",
			// Only the program is wanted: neither init system starts the package's service.
			RUNLEVEL: "1",
			SYSTEMD_OFFLINE: "1",
		},
	});
	return status === 0;
}
