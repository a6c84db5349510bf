/** A start that cannot succeed ends at once, with one line that names what to change. */
import { doesNotMatch, equal, match, ok } from "node:assert/strict";
import { type ExecFileException, execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../../../ops/services/free-port.ts";
import { embeddedDirectory, startPostgres, tempDir } from "../support/databases.ts";
import { startServer } from "../support/server-under-test.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { WireClient } from "../support/wire-client.ts";

const MAIN = fileURLToPath(new URL("../../../dist/server/main.js", import.meta.url));
/** Being refused takes seconds; several do so at once, beside other tests. */
const ENDS_WITHIN_MS = 90_000;
const SECRET = "never-to-be-shown-7c1f";
/** Starts at the same time; each is a process that loads everything. */
const AT_ONCE = 4;

/** It ended with a code of its own and one complaint, which names all of these and tells no secret. */
async function failsToStart(
	environment: NodeJS.ProcessEnv,
	...named: readonly (string | RegExp)[]
): Promise<void> {
	const { code, output } = await endOf(environment);
	const context = `${JSON.stringify(environment)}\n${output}`;
	ok(typeof code === "number" && code !== 0, context);
	equal(output.split("Plenum cannot start: ").length, 2, context);
	const complaint = output.slice(output.indexOf("Plenum cannot start: "));
	for (const name of named) ok(complaint.search(name) > 0, `${name} is not named: ${context}`);
	equal(complaint.trim().split("\n").length, Math.max(1, named.filter(isVariable).length), context);
	doesNotMatch(output, /\n\s+at |node_modules|UnhandledPromise/);
	doesNotMatch(output, new RegExp(SECRET));
}

/** Like `startServer`, but for one that is expected to end by itself, and is ended if it does not. */
async function endOf(
	environment: NodeJS.ProcessEnv,
	options: readonly string[] = [],
): Promise<{ code: unknown; output: string }> {
	const { PATH, HOME, TMPDIR } = process.env;
	const env = { PATH, HOME, TMPDIR, PORT: "0", ...environment };
	const deadline = { timeout: ENDS_WITHIN_MS, killSignal: "SIGKILL" } as const;
	try {
		await promisify(execFile)(process.execPath, [MAIN, ...options], { env, ...deadline });
	} catch (ended) {
		const { code, killed, stdout, stderr } = ended as ExecFileException;
		ok(!killed, `it did not end: ${JSON.stringify(environment)}\n${stdout}`);
		return { code, output: `${stdout}${stderr}` };
	}
	return { code: 0, output: "" };
}

function isVariable(name: string | RegExp): boolean {
	return typeof name === "string" && /^[A-Z_]+$/.test(name);
}

describe("a start that cannot succeed: variables", function () {
	this.timeout(60_000);

	const wrong: Readonly<Record<string, readonly string[]>> = {
		PORT: ["abc", "65536", "1.5", " "],
		PUBLIC_ADDRESS: ["https://polls.example", "a b"],
		DATABASE_URL: ["mysql://localhost/x", "postgres://[", "postgres://u:p@localhost:99999/db"],
		CORS_ORIGINS: ["*", "https://a.example,https://b.example/"],
		TRUSTED_PROXIES: ["not-an-address", "10.0.0.1,10.0.0.0/33"],
		HOST_KEY: ["x".repeat(15), "schlüssel-für-alle", "x".repeat(513)],
		LOG_LEVEL: ["loud"],
		LIMIT_TITLE_MAX: ["0"],
		LIMIT_CAPACITY_MAX: ["many", "1e99"],
		LIMIT_CAPACITY_DEFAULT: ["20000"],
		LIMIT_OPTIONS_MIN: ["11"],
		REDIS_URL: ["redis://localhost:6379"],
	};
	for (const [name, values] of Object.entries(wrong)) {
		it(`[X5] ${name} is named when it is malformed`, async () => {
			const DATA_DIR = await tempDir();
			await batches(values, (value) => failsToStart({ DATA_DIR, [name]: value }, name));
		});
	}

	it("[X5] an option is not ignored: what is asked for is set by a variable", async () => {
		const { code, output } = await endOf({ DATA_DIR: await tempDir() }, ["--port", "3000"]);
		equal(code, 1);
		match(output, /^Plenum cannot start: it takes no options such as --port: .*PORT=3000/);
	});

	it("[X5] every wrong variable is named, a line each", async () => {
		await failsToStart(
			{ PORT: "x", LOG_LEVEL: "y", HOST_KEY: "z" },
			"PORT",
			"LOG_LEVEL",
			"HOST_KEY",
		);
	});

	it("[X5] a secret's file that cannot be read, or a secret given twice, is named", async () => {
		const directory = await tempDir();
		const file = join(directory, "secret");
		await writeFile(file, SECRET);
		const missing = join(directory, "missing");
		await batches(["DATABASE_URL", "HOST_KEY"], async (name) => {
			await failsToStart({ [`${name}_FILE`]: missing }, `${name}_FILE`);
			await failsToStart({ [`${name}_FILE`]: directory }, `${name}_FILE`);
			await failsToStart(
				{ [name]: SECRET, [`${name}_FILE`]: file },
				new RegExp(`${name} and ${name}_FILE`),
			);
		});
		await failsToStart({ DATABASE_URL_FILE: file }, "DATABASE_URL");
	});
});

describe("a start that cannot succeed: port and directory", function () {
	this.timeout(60_000);
	let taken: Server;
	let port: string;

	before(async () => {
		taken = createServer().listen(0);
		await once(taken, "listening");
		port = String((taken.address() as AddressInfo).port);
	});
	after(() => taken.close());

	it("[X5] a port in use is named", async () => {
		await failsToStart(
			{ PORT: port, DATA_DIR: await embeddedDirectory() },
			new RegExp(`port ${port} .*PORT`),
		);
	});

	it("[X5] a directory that cannot be one is named", async () => {
		const file = join(await tempDir(), "file");
		await writeFile(file, "");
		const wrong = [file, join(file, "below"), ...(existsSync("/proc") ? ["/proc/nope/below"] : [])];
		await batches(wrong, (DATA_DIR) => failsToStart({ DATA_DIR }, "DATA_DIR"));
	});

	it("[X5] [D3] a second process on the same directory is told so, and the first goes on", async () => {
		const DATA_DIR = await embeddedDirectory();
		const first = await startServer({ DATA_DIR });
		try {
			await failsToStart({ DATA_DIR }, /DATA_DIR/);
			const client = new WireClient(first.origin);
			const { code } = await client.create({ question: "Still there?", options: ["yes", "no"] });
			equal((await client.http("GET", `/api/polls/${code}`)).status, 200);
		} finally {
			await first.kill("SIGKILL");
		}
	});
});

describe("a start that cannot succeed: PostgreSQL", function () {
	this.timeout(120_000);
	let admin: URL;
	let silent: TcpProxy;

	before(async () => {
		admin = new URL(await startPostgres());
		silent = await tcpProxy(Number(admin.port));
		silent.mode = "black-hole";
	});
	after(() => silent.close());

	function variant(
		change: Partial<Record<"hostname" | "port" | "username" | "password" | "pathname", string>>,
	): string {
		return Object.assign(new URL(admin), change).href;
	}

	it("[X5] a server that is not there, not to be found or does not answer is named", async () => {
		const gone = variant({ port: String(await freePort()), password: SECRET });
		const unknown = variant({ hostname: "nowhere.invalid", password: SECRET });
		const mute = variant({ port: String(silent.port), password: SECRET });
		await batches([gone, unknown, mute], (DATABASE_URL) =>
			failsToStart({ DATABASE_URL }, "DATABASE_URL"),
		);
	});

	it("[X5] a wrong password, user or database is named as such", async () => {
		await failsToStart(
			{ DATABASE_URL: variant({ password: SECRET }) },
			/refuses the user or password of DATABASE_URL/,
		);
		await failsToStart(
			{ DATABASE_URL: variant({ username: "nobody", password: SECRET }) },
			"DATABASE_URL",
		);
		await failsToStart(
			{ DATABASE_URL: variant({ pathname: "/nothing" }) },
			/DATABASE_URL does not exist/,
		);
	});

	it("[X5] a server that speaks something else is named", async () => {
		const other = createServer((_request, response) => response.end()).listen(0);
		await once(other, "listening");
		const port = String((other.address() as AddressInfo).port);
		try {
			await failsToStart({ DATABASE_URL: variant({ port }) }, "DATABASE_URL");
		} finally {
			other.close();
		}
	});
});

async function batches<Value>(
	values: readonly Value[],
	run: (value: Value) => Promise<void>,
): Promise<void> {
	for (let first = 0; first < values.length; first += AT_ONCE) {
		await Promise.all(values.slice(first, first + AT_ONCE).map(run));
	}
}
