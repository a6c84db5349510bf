import { deepEqual, equal, notDeepEqual, ok, throws } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limitVariable, readConfig, variableNames } from "./config.ts";

const example = readFileSync(new URL("../.env.example", import.meta.url), "utf8");

interface Entry {
	readonly name: string;
	/** What stands behind the equals sign. */
	readonly value: string;
	/** The comment above it. */
	readonly sentence: string;
}

/** A comment, then one or more variables that it is about. */
function entriesOf(text: string): readonly Entry[] {
	return text.split(/\n{2,}/).flatMap((paragraph) => {
		const lines = paragraph.split("\n");
		const assignments = lines.filter((line) => /^#?[A-Z_]+=/.test(line));
		const sentence = lines.filter((line) => /^# /.test(line)).join(" ");
		return assignments.map((line) => {
			const [name = "", ...rest] = line.replace(/^#/, "").split("=");
			return { name, value: rest.join("="), sentence };
		});
	});
}

/** Malformed on purpose; the names of files stand for what cannot be read. */
const WRONG: Readonly<Record<string, string>> = {
	PORT: "65536",
	HOST: "localhost",
	PUBLIC_ADDRESS: "https://polls.example",
	DATABASE_URL: "mysql://localhost/x",
	REDIS_URL: "http://localhost",
	CORS_ORIGINS: "*",
	TRUSTED_PROXIES: "everybody",
	HOST_KEY: "short",
	OPS_TOKEN: "short",
	OPS_PORT: "port",
	RATE_LIMITS: "perhaps",
	LOG_LEVEL: "loud",
};
/** Whatever they say is taken as it is. */
const FREE = ["DATA_DIR", "NODE_ENV"];

describe("the environment", () => {
	const entries = entriesOf(example);

	it("[Q1] .env.example lists every variable that is read, once, and no other", () => {
		const names = entries.map(({ name }) => name);
		deepEqual([...names].sort(), [...variableNames].sort());
	});

	it("[Q1] each has a sentence, and all that it sets are comments: the example alone changes nothing", () => {
		for (const { name, sentence } of entries) ok(/^# [A-Z`].*\.$/.test(sentence), name);
		for (const line of example.split("\n")) ok(line === "" || line.startsWith("#"), line);
	});

	it("[Q1] the values of the example are the defaults", () => {
		const given = entries.filter(({ name, value }) => value !== "" && !name.endsWith("_FILE"));
		const source = Object.fromEntries(given.map(({ name, value }) => [name, value]));
		deepEqual(readConfig(source), readConfig({}));
		const limits = given.filter(({ name }) => name.startsWith("LIMIT_"));
		equal(limits.length, Object.keys(readConfig({}).limits).length);
	});

	for (const name of variableNames) {
		it(`[Q2] ${name} is read, and named when it is malformed`, () => {
			if (FREE.includes(name)) {
				notDeepEqual(readConfig({ [name]: "development" }), readConfig({}));
				return;
			}
			const isFile = name.endsWith("_FILE");
			const wrong = isFile ? join(tmpdir(), "plenum-no-such-file") : (WRONG[name] ?? "0.5");
			throws(() => readConfig({ [name]: wrong }), new RegExp(`^\\w*: ${name} |^Error: ${name} `));
		});
	}

	it("[Q2] of several that are wrong each is named, secrets' files among them", () => {
		const HOST_KEY_FILE = join(tmpdir(), "plenum-no-such-file");
		const OPS_TOKEN = "sixteen-characters";
		const source = { PORT: "-1", HOST_KEY_FILE, OPS_TOKEN, OPS_TOKEN_FILE: "any" };
		for (const name of ["PORT", "HOST_KEY_FILE", "OPS_TOKEN"]) {
			throws(() => readConfig(source), new RegExp(`(^\\w*: |\\n)${name} `));
		}
	});

	it("[Q2] a mistyped limit is warned about: a release before may not know it", () => {
		const { warnings } = readConfig({ LIMIT_CAPACITY: "300" });
		ok(warnings[0]?.startsWith("LIMIT_CAPACITY is no limit"), warnings[0]);
	});

	it("[Q2] what is said of a malformed variable is a sentence about its value", () => {
		for (const name of variableNames.filter((name) => !FREE.includes(name))) {
			const wrong = { [name]: WRONG[name] ?? "0.5" };
			throws(() => readConfig(wrong), new RegExp(` ${name} (must|needs|names) |: ${name} names `));
		}
		throws(() => readConfig({ LIMIT_TITLE_MAX: "many" }), /LIMIT_TITLE_MAX must be a whole number/);
	});

	it("[Q2] a secret's file holds what the variable would, without the line's end", () => {
		const directory = mkdtempSync(join(tmpdir(), "plenum-config-"));
		try {
			const file = join(directory, "secret");
			writeFileSync(file, "sixteen-characters\n");
			equal(readConfig({ HOST_KEY_FILE: file }).hostKey, "sixteen-characters");
		} finally {
			rmSync(directory, { recursive: true });
		}
	});

	it("[Q2] a key that nobody could send in a header is named", () => {
		equal(readConfig({ HOST_KEY: "one that has spaces" }).hostKey, "one that has spaces");
		for (const name of ["HOST_KEY", "OPS_TOKEN"]) {
			for (const value of ["ein-schlüssel-für-alle", " sixteen-characters", "x".repeat(513)]) {
				throws(() => readConfig({ [name]: value }), new RegExp(`^\\w*: ${name} must be `));
			}
		}
	});

	it("[Q2] limits that are off are warned about", () => {
		deepEqual(readConfig({}).warnings, []);
		const [warning, ...others] = readConfig({ RATE_LIMITS: "off" }).warnings;
		ok(warning?.startsWith("RATE_LIMITS=off"), warning);
		deepEqual(others, []);
	});

	it("[Q2] every limit has a variable", () => {
		for (const name of Object.keys(readConfig({}).limits)) {
			ok(variableNames.includes(limitVariable(name)), name);
		}
	});
});
