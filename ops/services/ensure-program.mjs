/** Programs that tests start: found, or installed where this may be done without asking. Plain Node without packages. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const FURTHER_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
const INSTALL_WITHIN_MS = 300_000;

/**
 * The path of the first of `programs` that is found. Root on Debian installs what is missing,
 * without a question and without starting a service; else it throws an Error of one line that says how.
 */
export function ensureProgram(name, programs, { debian, fedora, macos }, folders) {
	const found = findProgram(programs, folders);
	if (found !== undefined) return found;
	const aptGet = findProgram(["apt-get"], folders);
	if (process.getuid?.() === 0 && aptGet !== undefined) {
		console.error(`plenum: installing ${name} for the tests (apt-get install ${debian})`);
		const installed = aptInstall(aptGet, debian) && findProgram(programs, folders);
		if (installed) return installed;
	}
	const ways = [
		`apt-get install ${debian} (Debian, Ubuntu)`,
		...(fedora ? [`dnf install ${fedora} (Fedora)`] : []),
		`brew install ${macos} (macOS)`,
	];
	throw new Error(`the tests start ${name}, which is not installed: ${ways.join(", ")}`);
}

/** Where servers are installed that the PATH of an ordinary account often leaves out, and the PATH. */
export function searchPath() {
	return [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...FURTHER_FOLDERS];
}

function findProgram(names, folders) {
	return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** A fresh image has no package lists, hence the second attempt. */
function aptInstall(aptGet, name) {
	const install = () => run(aptGet, "install", "-y", "--no-install-recommends", name);
	return install() || (run(aptGet, "update") && install());
}

function run(aptGet, ...args) {
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
