/** What Linux tells of processes in /proc; of those of another user only root learns it. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTENING = "0A";

/** Of an app, whether pm2 lists them or not: it hands what it knows of one on as its environment. */
export function serversOf({ name, cwd }) {
	return processes().filter((pid) => {
		const environment = told(() => readFileSync(`/proc/${pid}/environ`, "utf8"))?.split("\0");
		return [`name=${name}`, `pm_cwd=${cwd}`].every((it) => environment?.includes(it));
	});
}

export function isAlive(pid) {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch (error) {
		return error.code === "EPERM";
	}
}

/** Who listens on a TCP port; 0 stands for one of another user. */
export function listenersOn(port) {
	const sockets = listeningSockets(port);
	const listeners = processes().filter((pid) => {
		const files = told(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
		return files.some((file) =>
			sockets.includes(told(() => readlinkSync(`/proc/${pid}/fd/${file}`))),
		);
	});
	return sockets.length > 0 && listeners.length === 0 ? [0] : listeners;
}

/** The real path of the folder in which it runs. */
export function folderOf(pid) {
	return told(() => readlinkSync(`/proc/${pid}/cwd`));
}

/** For people. */
export function described(pid) {
	if (pid === 0) return "a process of another user";
	const command = told(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
	return `process ${pid} (${command.replaceAll("\0", " ").trim()})`;
}

function listeningSockets(port) {
	const table = ["tcp", "tcp6"].map((it) => told(() => readFileSync(`/proc/net/${it}`, "utf8")));
	const rows = table
		.join("")
		.split("\n")
		.map((row) => row.trim().split(/\s+/));
	const end = `:${Number(port).toString(16).toUpperCase().padStart(4, "0")}`;
	return rows
		.filter(([, local, , state]) => state === LISTENING && local.endsWith(end))
		.map((row) => `socket:[${row[9]}]`);
}

function processes() {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.map(Number);
}

/** `undefined` when the process has gone or is another user's. */
function told(read) {
	try {
		return read();
	} catch {
		return undefined;
	}
}
