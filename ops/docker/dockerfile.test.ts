import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { validate } from "dockerfile-utils";

const text = readFileSync(new URL("Dockerfile", import.meta.url), "utf8");
const ignored = readFileSync(new URL("../../.dockerignore", import.meta.url), "utf8");
const instructions = DockerfileParser.parse(text).getInstructions();
/** The last stage: what ships. */
const shipped = instructions.slice(
	instructions.findLastIndex((each) => each.getKeyword() === "FROM"),
);

describe("the Dockerfile", () => {
	it("[Q3] is one, without a warning", () => {
		deepEqual(
			validate(text).map(({ message }) => message),
			[],
		);
		ok(validate(text.replace("WORKDIR /app", "WORKDR /app")).length > 0);
	});

	it("[Q3] starts every stage from one exact version of Node", () => {
		const version = defaultOf(the("ARG", instructions), "NODE_VERSION");
		match(version, /^\d+\.\d+\.\d+$/);
		const stages = all("FROM", instructions).map(argumentsOf);
		equal(stages[0], `node:\${NODE_VERSION}-bookworm-slim AS base`);
		for (const stage of stages.slice(1)) {
			if (!stage.endsWith(" AS backup")) match(stage, /^(base|dependencies) AS \w+$/);
		}
		match(stages.at(-1) ?? "", / AS runtime$/, "what is built when no target is named");
	});

	it("[Q8] has another image for backups, with the clients of the database's own version and age", () => {
		const parts = stage("backup");
		equal(argumentsOf(the("FROM", parts)), `postgres:\${POSTGRES_VERSION}-bookworm AS backup`);
		const [node, postgres] = all("ARG", instructions).map(argumentsOf);
		match(node ?? "", /^NODE_VERSION=/);
		const compose = readFileSync(new URL("../../docker-compose.yml", import.meta.url), "utf8");
		const database = /image: postgres:(\d+\.\d+)-/.exec(compose)?.[1];
		equal(postgres, `POSTGRES_VERSION=${database}`);
		match(
			argumentsOf(the("RUN", parts)),
			/install -y --no-install-recommends age\b.*-o 1000 .*\/backups/s,
		);
		equal(argumentsOf(the("USER", parts)), "1000:1000");
		equal(argumentsOf(the("CMD", parts)), '["dist/ops/backup/backup.js", "--to", "/backups"]');
	});

	it("[Q4] runs no install script, ships no development package, and builds with no secret", () => {
		const installs = all("RUN", instructions)
			.map(argumentsOf)
			.filter((line) => line.includes("npm ci"));
		equal(installs.length, 2);
		for (const line of installs) match(line, /--ignore-scripts/);
		equal(installs.filter((line) => line.includes("--omit=dev")).length, 1);
		ok(shipped.some((each) => argumentsOf(each).startsWith("--from=production ")));
		for (const each of [...all("ARG", instructions), ...all("ENV", instructions)]) {
			ok(!/TOKEN|PASSWORD|SECRET|_URL|_KEY/i.test(argumentsOf(each)), argumentsOf(each));
		}
	});

	it("[Q5] runs as a user that is not root, whose number says so", () => {
		equal(argumentsOf(the("USER", shipped)), "1000:1000");
		const afterwards = shipped.slice(shipped.indexOf(the("USER", shipped)));
		deepEqual(
			afterwards.filter((each) => ["COPY", "ADD", "RUN"].includes(each.getKeyword())),
			[],
		);
	});

	it("[Q5] says how to stop it, how it is, what it is and where it listens", () => {
		equal(argumentsOf(the("STOPSIGNAL", shipped)), "SIGTERM");
		equal(argumentsOf(the("EXPOSE", shipped)), "2567");
		match(argumentsOf(the("HEALTHCHECK", shipped)), /"node", "ops\/docker\/healthcheck\.mjs"/);
		for (const label of ["title", "licenses", "version", "revision", "created", "source"]) {
			match(
				argumentsOf(the("LABEL", shipped)),
				new RegExp(`org\\.opencontainers\\.image\\.${label}=`),
			);
		}
		equal(argumentsOf(the("CMD", shipped)), '["dist/server/main.js"]');
	});

	it("[Q6] copies what exists, and .dockerignore lets exactly that in", () => {
		const allowed = ignored.split("\n").flatMap((line) => /^!([^/]+)$/.exec(line)?.[1] ?? []);
		const copied = all("COPY", instructions)
			.map(argumentsOf)
			.filter((line) => !line.startsWith("--from="))
			.flatMap((line) => line.split(/\s+/).slice(0, -1));
		for (const path of copied) ok(existsSync(new URL(`../../${path}`, import.meta.url)), path);
		const tops = copied.map((path) => path.split("/")[0]);
		deepEqual([...new Set(tops)].sort(), allowed.sort());
		ok(ignored.startsWith("#") && ignored.includes("\n*\n"), "everything else is left out");
		for (const pattern of ["**/.env*", "**/node_modules"]) ok(ignored.includes(`\n${pattern}\n`));
	});
});

/** From its FROM to the next one. */
function stage(name: string): readonly Instruction[] {
	const start = instructions.findIndex((each) => argumentsOf(each).endsWith(` AS ${name}`));
	const rest = instructions.slice(start + 1);
	const length = rest.findIndex((each) => each.getKeyword() === "FROM");
	return instructions.slice(start, start + 1 + length);
}

function all(keyword: string, among: readonly Instruction[]): readonly Instruction[] {
	return among.filter((each) => each.getKeyword() === keyword);
}

function the(keyword: string, among: readonly Instruction[]): Instruction {
	const [found] = all(keyword, among);
	ok(found !== undefined, keyword);
	return found;
}

/** With its flags, which the parser keeps apart. */
function argumentsOf(instruction: Instruction): string {
	const { start, end } = instruction.getRange();
	const lines = text.split("\n").slice(start.line, end.line + 1);
	return lines.join("\n").replace(/^\w+\s+/, "");
}

function defaultOf(instruction: Instruction, name: string): string {
	const [key, value = ""] = argumentsOf(instruction).split("=");
	equal(key, name);
	return value;
}
