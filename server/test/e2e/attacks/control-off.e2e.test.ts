/**
 * Whether these attacks would be noticed: each in a small form against a server as it is, which
 * stops it, and against one with that attack's control off, where the very same check must fail.
 */
import { AssertionError, deepEqual, rejects } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { withOverrides } from "../../support/attack-overrides.ts";
import { AttackedServer } from "../../support/attack-server.ts";
import * as attacks from "../../support/attack-small-forms.ts";
import { freshDatabaseUrl } from "../../support/databases.ts";

interface Row {
	readonly attack: attacks.SmallForm;
	/** Mostly waits: it runs beside the others. */
	readonly isSlow?: true;
	/** One of the servers below; or by module, what it exports instead. */
	readonly off: "limits" | "trust" | Readonly<Record<string, string>>;
	/** Where the modules are replaced, when the others of that server would not survive it. */
	readonly at?: "trust";
}

/** A row for every rule: its attack and how its control is switched off, or why it cannot be. */
const TABLE: Readonly<Record<string, Row | string>> = {
	T1: {
		attack: attacks.manyTabs,
		isSlow: true,
		off: {
			"server/room/attendance": `export class Attendance extends original.Attendance {
				enter(client) { super.enter(client); }
			}`,
		},
	},
	T2: { attack: attacks.guessingFromOneAddress, isSlow: true, off: "limits" },
	T3: { attack: attacks.guessingFromMany, isSlow: true, off: "limits" },
	T4: {
		attack: attacks.readingTheDatabase,
		off: {
			"server/identity/tokens": "export const hashToken = (token) => token.padEnd(43, '-');",
		},
	},
	T5: {
		attack: attacks.comingBackAfterRotation,
		off: {
			"server/room/host-token": `export class HostToken extends original.HostToken {
				admits() { return true; }
			}`,
		},
	},
	T6: {
		attack: attacks.actingAsHost,
		off: {
			"schema/wire/client-messages": `const everybody = ["participant", "host", "viewer"];
			const types = Object.keys(original.requestRoles);
			export const requestRoles = Object.fromEntries(types.map((type) => [type, everybody]));`,
		},
	},
	T7: {
		attack: attacks.formulasInExports,
		off: {
			"csv-stringify/sync": `export const stringify = (rows, options) =>
				original.stringify(rows, { ...options, escape_formulas: false });`,
		},
	},
	T8: {
		attack: attacks.foreignPage,
		off: { "server/http/origins": "export const originCheck = () => () => true;" },
	},
	// Nothing looks there: a server that did.
	T9: {
		attack: attacks.tokenInAddress,
		off: {
			"server/http/request-context": `export const bearerToken = (request) =>
				original.bearerToken(request) ?? request.query?.token;`,
		},
	},
	T10: { attack: attacks.floodOfRequests, isSlow: true, off: "limits" },
	T11: { attack: attacks.floodOfPongs, isSlow: true, off: "limits" },
	T12: { attack: attacks.silentSockets, off: "trust" },
	T13: {
		attack: attacks.slowHeaders,
		isSlow: true,
		off: {
			"server/limits/numbers": `export const serverTimeouts =
				{ ...original.serverTimeouts, headersTimeout: 0, requestTimeout: 0 };`,
		},
	},
	T14: { attack: attacks.notReading, isSlow: true, off: "limits" },
	// Nothing merges what was sent: a server that did.
	T16: {
		attack: attacks.pollutingPrototypes,
		off: {
			"server/http/problem": `const merge = (into, from) => {
				for (const key of Object.keys(from ?? {})) {
					if (typeof from[key] === "object") merge(into[key] ??= {}, from[key]);
					else into[key] = from[key];
				}
			};
			export const parse = (schema, input) => {
				merge({}, input);
				return original.parse(schema, input);
			};`,
		},
		at: "trust",
	},
	T17: { attack: attacks.hoardingViewersSeats, off: "limits" },
	T18: { attack: attacks.makingManyPolls, off: "limits" },
	// Nothing serves files but those of the pages: a server that did.
	T19: {
		attack: attacks.readingFiles,
		off: {
			"server/http/pages": `import express from "express";
			export const pageRoutes = (parts) =>
				original.pageRoutes(parts).use(express.static(parts.pagesFolder + "/.."));`,
		},
	},
	T20: { attack: attacks.readingMetrics, off: "limits" },
	T21: "no text of a stranger gets as far as the log, which would write it as JSON",
	T22: {
		attack: attacks.sqlInTexts,
		off: {
			"server/storage/resilient-database": `const quoted = (value) =>
				typeof value === "string" ? "'" + value + "'" : String(value ?? "NULL");
			const inlined = ({ text, values = [] }) =>
				values.some((value) => String(value).includes("DROP TABLE"))
					? { text: text.replace(/\\$(\\d+)/g, (_, place) => quoted(values[place - 1])) }
					: { text, values };
			export const resilientDatabase = (database) => {
				const real = original.resilientDatabase(database);
				return { ...real, query: (statement) => real.query(inlined(statement)) };
			};`,
		},
	},
	T23: "its own test has an expression that takes long",
	T27: "redis-away.e2e.test.ts switches it off, beside a Redis of its own",
	T28: { attack: attacks.forgedAddresses, isSlow: true, off: "trust" },
	T29: "the controls are those of T2 and T10, the hall is only larger",
	T30: {
		attack: attacks.floodOfRefusals,
		off: {
			"server/audit/audit-log": `let number = 0;
			export const auditLog = (parts) => {
				const real = original.auditLog(parts);
				const record = (event) => real.record({ ...event, details: { number: number++ } });
				return { record, stop: () => real.stop(), get dropped() { return real.dropped; } };
			};`,
		},
	},
	T31: {
		attack: attacks.socketWithoutSeat,
		off: {
			"server/room/poll-transport": `export class PollTransport extends original.PollTransport {
				listenForUpgrade(server) {
					server.on("upgrade", (request, socket, head) =>
						this.wss.handleUpgrade(request, socket, head, (open) =>
							this.wss.emit("connection", open, request)));
				}
			}`,
		},
		at: "trust",
	},
	// What garbage meets first: a server that does not expect it.
	T32: {
		attack: attacks.garbage,
		off: {
			"server/http/unreadable-requests": `export const answerUnreadableRequests = (server) =>
				server.on("clientError", (fault, socket) => {
					socket.destroy();
					throw fault;
				});`,
		},
	},
};

/** Of which a control of `TABLE` may be off; `modules` and `trust` have other modules as well. */
const SERVERS = {
	complete: {},
	/** All sockets are one address: no proxy is believed. */
	addressed: { TRUSTED_PROXIES: "" },
	limits: { RATE_LIMITS: "off", NODE_ENV: "development" },
	trust: { TRUSTED_PROXIES: "0.0.0.0/1,128.0.0.0/1,::/1" },
	modules: {},
} as const satisfies Readonly<Record<string, NodeJS.ProcessEnv>>;
type ServerName = keyof typeof SERVERS;

const rows = Object.entries(TABLE).flatMap(([rule, row]) =>
	typeof row === "string" ? [] : [[rule, row] as const],
);
const withControl = ({ off }: Row): ServerName => (off === "trust" ? "addressed" : "complete");
const withoutControl = ({ off, at }: Row): ServerName =>
	typeof off === "string" ? off : (at ?? "modules");

describe("attacks on a server with their control off", function () {
	this.timeout(90_000);
	const started = new Map<ServerName, { readonly target: AttackedServer; databaseUrl: string }>();
	const underWay = new Map<string, Promise<void>>();

	before(async function () {
		this.timeout(180_000);
		const names = Object.keys(SERVERS) as ServerName[];
		const outcomes = await Promise.allSettled(names.map(start));
		// Only now, lest one that starts meanwhile is left behind.
		for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
		for (const [rule, row] of rows) {
			if (!row.isSlow) continue;
			for (const name of [withControl(row), withoutControl(row)]) {
				const attack = run(row, name);
				attack.catch(() => {});
				underWay.set(rule + name, attack);
			}
		}
	});
	after(async () => {
		// Of a single rule asked for by its name nobody has waited for the others' attacks.
		await Promise.allSettled(underWay.values());
		await Promise.all([...started.values()].map(({ target }) => target.stop()));
	});

	async function start(name: ServerName): Promise<void> {
		const modules = rows.flatMap(([, row]) =>
			typeof row.off === "object" && withoutControl(row) === name ? [row.off] : [],
		);
		// Many servers start faster on databases of one that runs already.
		const databaseUrl = await freshDatabaseUrl();
		const overrides = withOverrides(Object.assign({}, ...modules));
		const environment = { ...SERVERS[name], ...(modules.length > 0 && overrides) };
		const target = await AttackedServer.start({ DATABASE_URL: databaseUrl, ...environment });
		started.set(name, { target, databaseUrl });
	}

	async function run({ attack }: Row, name: ServerName): Promise<void> {
		const server = started.get(name);
		if (server === undefined) throw new Error(`there is no server ${name}`);
		await attack(server.target, server.databaseUrl);
	}

	for (const [rule, row] of rows) {
		it(`[${rule}] the attack is stopped, and without its control it is not`, async () => {
			const [on, off] = [withControl(row), withoutControl(row)];
			await (underWay.get(rule + on) ?? run(row, on));
			// Not any fault: that very check.
			await rejects(underWay.get(rule + off) ?? run(row, off), (fault: Error) => {
				return fault instanceof AssertionError || /^never became true/.test(fault.message);
			});
		});
	}

	it("[T1] and every other rule of attacks has its row", () => {
		const spec = readFileSync(new URL("../../../../SPEC.md", import.meta.url), "utf8");
		const rules = [...spec.matchAll(/^- \*\*(T\d+)\*\*/gm)].map(([, rule]) => String(rule));
		deepEqual(
			rules.filter((rule) => !(rule in TABLE)),
			[],
		);
	});
});
