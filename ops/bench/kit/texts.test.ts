import assert from "node:assert/strict";
import { openFilesMax } from "./descriptors.ts";
import { commandsIn, grown, total } from "./redis-commands.ts";

describe("what the benches read of others' accounts", () => {
	it("[Z11] Redis's own count of its commands, without being asked for it", () => {
		const text =
			"# Commandstats\r\ncmdstat_info:calls=9,usec=1\r\ncmdstat_get:calls=40,usec=80\r\ncmdstat_client|list:calls=2,usec=1\r\n";
		const commands = commandsIn(text);
		assert.deepEqual(Object.fromEntries(commands), { get: 40, "client|list": 2 });
		assert.equal(total(commands), 42);
		const later = commandsIn(
			text.replace("calls=40", "calls=45").concat("cmdstat_set:calls=1,usec=1"),
		);
		assert.deepEqual(Object.fromEntries(grown(commands, later)), { get: 5, set: 1 });
		assert.equal(total(commandsIn("# Commandstats\r\n")), 0);
	});

	it("[Z11] how many files may be open", () => {
		const line = "Max open files            20000                20000                files     \n";
		assert.equal(openFilesMax(`Limit  Soft Limit\nMax processes 5 5\n${line}`), 20_000);
		assert.equal(openFilesMax("Max open files            unlimited  unlimited files\n"), undefined);
	});
});
