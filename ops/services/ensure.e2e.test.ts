import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureProgram } from "./ensure-program.ts";
import { MissingProgramError } from "./find-program.ts";

describe("what the tests start", () => {
	let directory: string;

	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), "plenum-ensure-"));
	});

	afterEach(() => rm(directory, { recursive: true, force: true }));

	it("[O5] is found where it is installed, and nothing is installed then", async () => {
		await program("valkey-server", "exit 1");
		await program("apt-get", `touch ${join(directory, "called")}`);
		assert.equal(ensureProgram("Redis", [directory]), join(directory, "valkey-server"));
		await assert.rejects(readFile(join(directory, "called")));
	});

	it("[O5] is installed by root on Debian without starting a service, else one line says how", async () => {
		const redis = join(directory, "redis-server");
		const log = join(directory, "log");
		// As in a fresh image: the first attempt fails, because there are no package lists.
		await program(
			"apt-get",
			`echo "$@ $RUNLEVEL $SYSTEMD_OFFLINE" >> ${log}
			[ "$2" = update ] && touch ${log}.lists
			[ -f ${log}.lists ] || exit 100
			cp ${join(directory, "apt-get")} ${redis}`,
		);
		if (process.getuid?.() === 0) {
			assert.equal(ensureProgram("Redis", [directory]), redis);
			const install = "-q install -y --no-install-recommends redis-server 1 1\n";
			assert.equal(await readFile(log, "utf8"), `${install}-q update 1 1\n${install}`);
		} else {
			assert.throws(() => ensureProgram("Redis", [directory]), MissingProgramError);
		}
	});

	it("[O5] is one line that says how to install it where that is not possible", async () => {
		await program("apt-get", "exit 100");
		assert.throws(() => ensureProgram("Redis", [directory]), {
			message: /^Redis is not installed on this machine: apt-get .*dnf .*brew [^\n]*$/,
		});
	});

	function program(name: string, script: string): Promise<void> {
		return writeFile(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
	}
});
