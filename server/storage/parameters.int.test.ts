import assert from "node:assert/strict";
import { openPglite, openPostgres, type TestDatabase } from "../test/support/databases.ts";
import { classifyFault } from "./pg-errors.ts";

interface Case {
	readonly title: string;
	readonly text: string;
	readonly values?: readonly unknown[];
	readonly rows: readonly unknown[];
}

const moment = new Date("2024-02-29T12:34:56.789Z");
const cases: readonly Case[] = [
	{
		title: "a smallint[] out of text",
		text: "SELECT $1::text::smallint[] AS x",
		values: ["{0,2}"],
		rows: [{ x: [0, 2] }],
	},
	{
		title: "smallint[] of many rows, some null, out of one text[]",
		text: "SELECT u.x::smallint[] AS x FROM unnest($1::text[]) AS u (x)",
		values: [["{0,2}", null, "{}", "{9}"]],
		rows: [{ x: [0, 2] }, { x: null }, { x: [] }, { x: [9] }],
	},
	{
		title: "texts with every awkward character",
		text: "SELECT u.x FROM unnest($1::text[]) AS u (x)",
		values: [['a"b', "c\\d", "e,f", "{g}", "", "NULL", null, "h'i", "ü🙂"]],
		rows: ['a"b', "c\\d", "e,f", "{g}", "", "NULL", null, "h'i", "ü🙂"].map((x) => ({ x })),
	},
	{
		title: "integers, uuids and timestamps in step, with nulls",
		text: "SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[]) AS u (id, n, at)",
		values: [
			["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"],
			[7, null],
			[moment.toISOString(), null],
		],
		rows: [
			{ id: "00000000-0000-4000-8000-000000000001", n: 7, at: moment },
			{ id: "00000000-0000-4000-8000-000000000002", n: null, at: null },
		],
	},
	{
		title: "jsonb[] out of texts, with nulls",
		text: "SELECT u.x::jsonb AS x FROM unnest($1::text[]) AS u (x)",
		values: [['{"a":[1,"ü\\""]}', null, '"text"']],
		rows: [{ x: { a: [1, 'ü"'] } }, { x: null }, { x: "text" }],
	},
	{
		title: "jsonb out of text",
		text: "SELECT $1::jsonb AS x",
		values: ['{"a":{"b":[null,1.5]}}'],
		rows: [{ x: { a: { b: [null, 1.5] } } }],
	},
	{
		title: "a date as timestamptz",
		text: "SELECT $1::timestamptz AS x",
		values: [moment],
		rows: [{ x: moment }],
	},
	{
		title: "a count and a sum as numbers",
		text: "SELECT count(*) AS n, sum(x) AS s FROM generate_series(1, 4) AS g (x)",
		rows: [{ n: 4, s: 10 }],
	},
	{ title: "no rows", text: "SELECT 1 AS x WHERE false", rows: [] },
	{
		title: "the last of several statements",
		text: "SELECT 1 AS x; SELECT 2 AS x",
		rows: [{ x: 2 }],
	},
	{
		title: "a named statement twice",
		text: "SELECT $1::int + 1 AS x",
		values: [1],
		rows: [{ x: 2 }],
	},
];

describe("Database", function () {
	this.timeout(120_000);

	for (const [kind, open] of Object.entries({ postgres: openPostgres, embedded: openPglite })) {
		describe(kind, () => {
			let test: TestDatabase;
			before(async () => {
				test = await open();
			});
			after(() => test.close());

			for (const { title, text, values, rows } of cases) {
				it(`[D9] takes and gives ${title}`, async () => {
					const connection = await test.database.connect("test");
					const statement = values === undefined ? { text } : { text, values, name: title };
					for (const on of [test.database, connection, connection])
						assert.deepEqual(await on.query(statement), rows);
					await connection.close();
				});
			}

			it("[D10] errors carry their SQLSTATE, and the next statement works", async () => {
				const connection = await test.database.connect("test");
				for (const on of [test.database, connection]) {
					await assert.rejects(on.query({ text: "SELECT 1 / $1::int", values: [0] }), {
						code: "22012",
					});
					await assert.rejects(on.query({ text: "SELECT * FROM nowhere" }), { code: "42P01" });
					await assert.rejects(
						on.query({ text: "SELECT $1::text::smallint[]", values: ["{99999}"] }),
						(error) => classifyFault(error) === "poison",
					);
					assert.deepEqual(await on.query({ text: "SELECT 1 AS x" }), [{ x: 1 }]);
				}
				await connection.close();
			});

			it("[D10] a script that fails has done nothing", async () => {
				await assert.rejects(test.database.execute("CREATE TABLE half (x int); SELECT 1 / 0"), {
					code: "22012",
				});
				await assert.rejects(test.database.query({ text: "SELECT * FROM half" }), {
					code: "42P01",
				});
			});
		});
	}
});
