/**
 * One process on an embedded data directory. The lock is a listening socket, so it vanishes with
 * its holder in the very instant of a kill -9: no pid to be reused, no timeout to wait for.
 *
 * Everyone binds a name of its own and only then looks for others. Of two, at least the later one
 * sees the other; and since no name is ever used twice, a dead one can be removed without a race.
 * (One shared name cannot: between "nobody answers" and unlink, another may have taken it over.)
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

type Answer = "held" | "starting" | "dead";

/** sun_path is 104 bytes on macOS, 108 on Linux. */
const SOCKET_PATH_BYTES_MAX = 100;
const ATTEMPTS_MAX = 20;
/** A listener of a stopped (SIGSTOP) process accepts but never speaks: it is alive all the same. */
const ANSWER_MS_MAX = 1000;

/**
 * Creates and locks the directory; resolves to the unlock. Rejects with a one-line message for
 * the operator when another process of this machine holds it.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
	await makeDirectory(resolve(dataDir));
	const directory = await realpath(dataDir);
	return process.platform === "win32" ? lockPipe(directory) : lockSocket(directory);
}

/** Node's own `recursive` never ends where a folder exists and nothing can be made in it, as in /proc. */
async function makeDirectory(path: string): Promise<void> {
	try {
		await mkdir(path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
		if (code !== "ENOENT" || dirname(path) === path) throw error;
		await makeDirectory(dirname(path));
		await mkdir(path);
	}
}

async function lockSocket(directory: string): Promise<() => Promise<void>> {
	const place = await socketPlace(directory);
	for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
		const name = `lock-${randomBytes(6).toString("hex")}`;
		const path = join(place, name);
		let held = false;
		const server = await listen(`${path}.new`, () => (held ? "held" : "starting"));
		const unlock = async () => {
			await rm(path, { force: true });
			await closed(server);
		};
		// Renamed once it listens: a name without `.new` answers or is dead for good.
		await rename(`${path}.new`, path);
		const others = await answersOfOthers(place, name);
		if (others.size === 0) {
			held = true;
			return unlock;
		}
		await unlock();
		if (others.has("held")) break;
		// Both were starting and both have withdrawn; whoever wakes alone gets it.
		await sleep(20 + Math.random() * 180);
	}
	throw inUse(directory);
}

/** What the living other locks say; the dead ones are removed on the way. */
async function answersOfOthers(place: string, own: string): Promise<ReadonlySet<Answer>> {
	const names = (await readdir(place)).filter(
		(name) => /^lock-[0-9a-f]{12}$/.test(name) && name !== own,
	);
	const answers = new Set<Answer>();
	for (const name of names) {
		const path = join(place, name);
		const answer = await ask(path);
		if (answer === "dead") await rm(path, { force: true });
		else answers.add(answer);
	}
	return answers;
}

function ask(path: string): Promise<Answer> {
	return new Promise((resolve) => {
		const socket = createConnection(path);
		const settle = (answer: Answer) => {
			socket.destroy();
			resolve(answer);
		};
		socket.setTimeout(ANSWER_MS_MAX, () => settle("held"));
		socket.once("data", (data) => settle(data.toString() === "starting" ? "starting" : "held"));
		socket.once("end", () => settle("starting"));
		// Any other error, such as EACCES, is no proof of death.
		socket.once("error", (error: NodeJS.ErrnoException) =>
			settle(error.code === "ECONNREFUSED" || error.code === "ENOENT" ? "dead" : "held"),
		);
	});
}

async function lockPipe(directory: string): Promise<() => Promise<void>> {
	try {
		// Windows removes the name itself when its owner dies, and refuses a second owner.
		const server = await listen(`\\\\.\\pipe\\plenum-${digest(directory)}`, () => "held");
		return () => closed(server);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") throw inUse(directory);
		throw error;
	}
}

async function socketPlace(directory: string): Promise<string> {
	if (Buffer.byteLength(join(directory, "lock-000000000000.new")) <= SOCKET_PATH_BYTES_MAX)
		return directory;
	const place = join(tmpdir(), `plenum-${digest(directory)}`);
	await mkdir(place, { recursive: true });
	return place;
}

function listen(path: string, answer: () => Answer): Promise<Server> {
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.end(answer());
	});
	server.unref();
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(path, () => resolve(server));
	});
}

function closed(server: Server): Promise<void> {
	return new Promise((resolve) => server.close(() => resolve()));
}

function digest(directory: string): string {
	return createHash("sha256").update(directory).digest("hex").slice(0, 16);
}

function inUse(directory: string): Error {
	return new Error(
		`The data directory ${directory} is in use by another Plenum process: stop that one, or give this one another DATA_DIR, or let both share a server with DATABASE_URL.`,
	);
}
