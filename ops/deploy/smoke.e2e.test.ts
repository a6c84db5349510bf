import { equal, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tempDir } from "../../server/test/support/databases.ts";
import { type ServerUnderTest, startServer } from "../../server/test/support/server-under-test.ts";

const HOST_KEY = "a-key-of-some-length";
const TOKEN = "an-ops-token-of-some-length";

function run(script: string, args: readonly string[]): Promise<{ code: number; output: string }> {
	const file = fileURLToPath(new URL(`../../dist/ops/deploy/${script}.js`, import.meta.url));
	return new Promise((resolve) => {
		const child = execFile(process.execPath, [file, ...args], (_error, output, errors) =>
			resolve({ code: child.exitCode ?? -1, output: output + errors }),
		);
	});
}

describe("after a deployment", function () {
	this.timeout(120_000);
	let server: ServerUnderTest;
	let folder: string;
	let key: string;

	before(async () => {
		folder = await tempDir();
		key = join(folder, "host-key");
		await writeFile(key, `${HOST_KEY}\n`);
		server = await startServer({ DATA_DIR: folder, HOST_KEY, OPS_TOKEN: TOKEN });
	});
	after(() => server.kill());

	it("[Q40] the smoke test creates a poll, votes, checks the tally and leaves nothing", async () => {
		const { code, output } = await run("smoke", [server.origin, "--host-key-file", key]);
		equal(code, 0, output);
		match(output, /screens and results agree: 3 to 0/);
		const poll = /poll (\w{6}) created/.exec(output)?.[1];
		equal((await fetch(`${server.origin}/api/polls/${poll}`)).status, 404);
	});

	it("[Q40] it fails where polls cannot be created, and where nobody answers", async () => {
		const refused = await run("smoke", [server.origin]);
		equal(refused.code, 1);
		match(refused.output, /FAILED after .*key/i);
		const nobody = await run("smoke", ["http://127.0.0.1:1"]);
		equal(nobody.code, 1);
		match(nobody.output, /no answer/);
	});

	it("[Q40] it fails where votes do not get through, and deletes its poll all the same", async () => {
		const seen: string[] = [];
		const broken = await answering(async (request, body) => {
			seen.push(`${request.method}`);
			// People cannot take a seat.
			if (request.url?.endsWith("/seats")) return { status: 503, text: "{}" };
			const { method = "GET", headers } = request;
			const { authorization = "", "content-type": type = "application/json" } = headers;
			const answer = await fetch(server.origin + request.url, {
				...{ method, headers: { authorization, "content-type": type } },
				...(body !== "" && { body }),
			});
			return { status: answer.status, text: await answer.text() };
		});
		const { code, output } = await run("smoke", [
			...[originOf(broken), "--host-key-file", key, "--seconds", "2"],
		]);
		broken.close();
		equal(code, 1, output);
		ok(seen.includes("DELETE"), output);
	});

	it("[Q41] watching ends well while it is healthy", async () => {
		const prometheus = await answering(async () => metric("0.002"));
		const args = [server.origin, "--seconds", "1", "--every", "0.2"];
		const { code, output } = await run("watch", [...args, "--prometheus", originOf(prometheus)]);
		prometheus.close();
		equal(code, 0, output);
	});

	it("[Q41] watching ends badly when too much fails, when nobody answers, and when it is not ready", async () => {
		const prometheus = await answering(async () => metric("0.2"));
		const unready = await answering(async () => ({ status: 503, text: "{}" }));
		const options = ["--seconds", "30", "--every", "0.1"];
		const failing = await run("watch", [
			...[server.origin, ...options, "--prometheus", originOf(prometheus)],
		]);
		const bad = await run("watch", [originOf(unready), ...options]);
		const gone = await run("watch", ["http://127.0.0.1:1", ...options]);
		for (const each of [prometheus, unready]) each.close();
		equal(failing.code, 1);
		match(failing.output, /20\.00 % of the requests/);
		equal(bad.code, 1);
		match(bad.output, /answers 503/);
		equal(gone.code, 1);
	});

	for (const script of ["smoke", "watch"]) {
		it(`[Q42] ${script} explains itself, and what it does not understand`, async () => {
			const help = await run(script, ["--help"]);
			equal(help.code, 0);
			match(help.output, /ORIGIN/);
			for (const args of [[], ["localhost:2567"], [server.origin, "--sekonds", "1"]]) {
				const { code, output } = await run(script, args);
				equal(code, 2, args.join(" "));
				match(output, /ORIGIN/);
			}
		});
	}
});

type Responder = (
	request: IncomingMessage,
	body: string,
) => Promise<{ readonly status: number; readonly text: string }>;

async function answering(answer: Responder): Promise<Server> {
	const server = createServer(async (request, response) => {
		let body = "";
		for await (const piece of request) body += piece;
		const { status, text } = await answer(request, body);
		response.writeHead(status, { "content-type": "application/json" }).end(text || undefined);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return server;
}

function originOf(server: Server): string {
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As Prometheus answers a query. */
function metric(value: string) {
	const result = [{ metric: {}, value: [0, value] }];
	const text = JSON.stringify({ status: "success", data: { resultType: "vector", result } });
	return { status: 200, text };
}
