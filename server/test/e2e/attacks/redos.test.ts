/** Expressions that read what strangers send, each given the texts on which careless ones take for ever. */
import { ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

const ROOT = new URL("../../../../", import.meta.url);
const FOLDERS = ["schema/", "server/http/", "server/limits/"];
const LENGTH = 100_000;
/** A linear expression takes well below a millisecond for 100,000 characters; a quadratic one, seconds. */
const WITHIN_MS = 250;

/** Biome's format leaves one on a line behind one of these; divisions stand between spaces. */
const LITERAL =
	/(?<=^|[(,=:[!&|?{}\n]\s*)\/((?:[^/\\\n[*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)\/([dgimsuvy]*)/gm;

const SHAPES = [
	"a",
	" ",
	"\t ",
	"a.",
	"-",
	"A1",
	"1.",
	"Bearer ",
	"[0:",
	"%2e",
	"/../",
	"\u{1f600}",
	"e\u0301",
	"\u202e",
	"=",
	"Basic Og",
];

function literals(): readonly { readonly where: string; readonly expression: RegExp }[] {
	return FOLDERS.flatMap((folder) =>
		readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" })
			.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
			.flatMap((name) => {
				const text = readFileSync(new URL(folder + name, ROOT), "utf8")
					.replaceAll(/\/\*[\s\S]*?\*\//g, "")
					.replaceAll(/^\s*\/\/.*$/gm, "");
				return [...text.matchAll(LITERAL)].map(([, source = "", flags = ""]) => ({
					where: `${folder}${name}: /${source}/`,
					expression: new RegExp(source, flags),
				}));
			}),
	);
}

const hostileTexts = SHAPES.flatMap((shape) => {
	const long = shape.repeat(Math.ceil(LENGTH / shape.length));
	return [long, `${long}!`, `Bearer ${long}\n`, `!${long}`, `${long}\0`];
});

function slowest(expression: RegExp): number {
	let slowestMs = 0;
	for (const text of hostileTexts) {
		const startedAt = performance.now();
		expression.lastIndex = 0;
		expression.test(text);
		slowestMs = Math.max(slowestMs, performance.now() - startedAt);
	}
	return slowestMs;
}

describe("[T23] expressions that read what strangers send", function () {
	this.timeout(60_000);

	it("are found", () => {
		ok(
			literals().length >= 8,
			literals()
				.map(({ where }) => where)
				.join("\n"),
		);
	});

	for (const { where, expression } of literals()) {
		it(`take no longer than their text is long: ${where}`, () => {
			const ms = slowest(expression);
			ok(ms < WITHIN_MS, `${ms} ms`);
		});
	}

	it("would be found out: a careless one takes more than ten times as long for twice the text", () => {
		const took = (length: number) => {
			const startedAt = performance.now();
			/^(a+)+$/.test(`${"a".repeat(length)}!`);
			return performance.now() - startedAt;
		};
		took(10);
		ok(took(24) > 10 * took(12));
	});
});
