import { equal, match } from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { embeddedDirectory } from "../../server/test/support/databases.ts";
import { startServer } from "../../server/test/support/server-under-test.ts";
import { freePort } from "../services/free-port.ts";

const CHECK = fileURLToPath(new URL("healthcheck.mjs", import.meta.url));

function check(environment: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
	return new Promise((resolve) => {
		const child = execFile(process.execPath, [CHECK], { env: environment }, (_error, out, errors) =>
			resolve({ code: child.exitCode ?? -1, output: out + errors }),
		);
	});
}

describe("the image's health check", function () {
	this.timeout(120_000);

	it("[Q7] passes while the server lives, wherever it listens, and fails once it is gone", async () => {
		const server = await startServer({ DATA_DIR: await embeddedDirectory(), HOST: "127.0.0.1" });
		const PORT = String(server.port);
		equal((await check({ PORT })).code, 0);
		equal((await check({ PORT, HOST: "127.0.0.1" })).code, 0);
		equal((await check({ PORT, HOST: "" })).code, 0);
		await server.kill();
		const gone = await check({ PORT });
		equal(gone.code, 1);
		match(gone.output, /ECONNREFUSED/);
	});

	it("[Q7] fails where nothing ever listened", async () => {
		equal((await check({ PORT: String(await freePort()) })).code, 1);
	});
});
