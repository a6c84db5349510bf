/**
 * Secrets that can be told apart from anything else are planted wherever one is sent or kept, then
 * searched for wherever something is written or sent: none may turn up where it does not belong.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { Redis } from "ioredis";
import pg from "pg";
import { type RedisServer, startRedis } from "../../../../ops/services/redis-server.ts";
import { hashToken } from "../../../identity/tokens.ts";
import { AttackedServer, POLL_FORM, startLimited } from "../../support/attack-server.ts";
import { Visitor } from "../../support/attack-visitor.ts";
import { freshDatabaseUrl, tempDir } from "../../support/databases.ts";
import { rawExchange } from "../../support/raw-seat.ts";
import type { ServerUnderTest } from "../../support/server-under-test.ts";
import type { HttpAnswer } from "../../support/wire-client.ts";

const marker = (name: string) => `planted-${name}-${crypto.randomUUID().replaceAll("-", "")}`;
const secrets = {
	opsToken: marker("ops"),
	hostKey: marker("key"),
	databasePassword: marker("db"),
	redisPassword: marker("redis"),
	annasToken: marker("anna"),
	bertsToken: marker("bert"),
	wrongToken: marker("wrong"),
	rotatedToken: marker("rotated").slice(0, 60),
	secondToken: marker("second").slice(0, 60),
};
const names = { anna: marker("nick-a").slice(0, 36), bert: marker("nick-b").slice(0, 36) };

describe("planted secrets", function () {
	this.timeout(180_000);
	let redis: RedisServer;
	let target: AttackedServer;
	let databaseUrl: string;
	let hostToken: string;
	const annasFrames: Buffer[] = [];
	const viewersFrames: Buffer[] = [];
	const answers: HttpAnswer[] = [];
	const statements: string[] = [];
	/** Every command that came to Redis, messages between processes among them. */
	const redisTraffic: string[] = [];
	const redisContents: string[] = [];
	/** Another process of the same service. */
	let neighbour: ServerUnderTest;
	/** Of reservations: whoever shows one first has the seat, and is told its token. */
	const sessions: Record<string, string> = {};

	before(async () => {
		for (const name of ["annasToken", "bertsToken", "opsToken"] as const) {
			ok(secrets[name].length <= 64);
		}
		redis = await startRedis({ directory: await tempDir() });
		const admin = new Redis(redis.url);
		await admin.config("SET", "requirepass", secrets.redisPassword);
		admin.disconnect();
		databaseUrl = await freshDatabaseUrl();
		const environment = {
			DATABASE_URL: await withPassword(databaseUrl),
			REDIS_URL: redis.url.replace("//", `//:${secrets.redisPassword}@`),
			OPS_TOKEN: secrets.opsToken,
			HOST_KEY: secrets.hostKey,
			LOG_LEVEL: "trace",
		};
		target = await AttackedServer.start(environment);
		neighbour = await startLimited(environment);
		const client = redisClient();
		const watcher = await client.monitor();
		watcher.on("monitor", (_time: string, words: string[]) => redisTraffic.push(words.join(" ")));
		try {
			await live();
			await provoke();
			await dumpRedis();
		} finally {
			watcher.disconnect();
			client.disconnect();
		}
		await withFaults();
	});

	after(async () => {
		await target?.stop();
		await neighbour?.kill("SIGKILL");
		await redis?.stop();
	});

	/** What a poll's people do in an hour, with hidden results. */
	async function live(): Promise<void> {
		const friend = target.from("198.51.100.80");
		const settings = { ...POLL_FORM.settings, results: "host" };
		const key = { authorization: `Bearer ${secrets.hostKey}` };
		const created = await friend.http("POST", "/api/polls", { ...POLL_FORM, settings }, key);
		equal(created.status, 201, created.text);
		const { code } = created.body;
		hostToken = created.body.hostToken;
		const host = await friend.seat(code, { hostToken });
		await host.request("open-question", { questionId: "q1" });
		const watch = (frames: Buffer[]) => ({ onFrame: (frame: Buffer) => frames.push(frame) });
		const anna = await friend.seat(
			code,
			{ nickname: names.anna, participantToken: secrets.annasToken },
			watch(annasFrames),
		);
		const viewer = await friend.seat(code, { role: "viewer" }, watch(viewersFrames));
		// By way of the other process, which asks this one for the seat.
		const next = new Visitor(neighbour.origin, "198.51.100.82");
		const claim = { nickname: names.bert, participantToken: secrets.bertsToken };
		const [bertsSeat, secondHostsSeat] = [
			await next.reserve(code, claim),
			await next.reserve(code, { hostToken }),
		];
		Object.assign(sessions, {
			bertsSession: bertsSeat.sessionId,
			secondHostsSession: secondHostsSeat.sessionId,
		});
		const bert = friend.take(bertsSeat);
		await bert.joined;
		const hello = await bert.request("hello");
		equal(hello.value.participantToken, secrets.bertsToken);
		const secondHost = friend.take(secondHostsSeat);
		await secondHost.joined;
		secondHost.close();
		for (const [revision, person] of [bert, anna, bert, anna].entries()) {
			const vote = { questionId: "q1", choices: [revision % 2], revision: revision + 1 };
			equal((await person.request("vote", vote)).status, 0);
		}
		await anna.request("hello");
		await host.request("roster");
		await host.request("rotate-host-token", { hostToken: secrets.rotatedToken });
		hostToken = secrets.rotatedToken;
		await host.request("close-question", { questionId: "q1" });
		const bearer = { authorization: `Bearer ${hostToken}` };
		equal((await friend.http("GET", `/api/polls/${code}/export`, undefined, bearer)).status, 200);
		for (const seat of [anna, viewer, bert, host]) seat.close();
	}

	/** Secrets in wrong places, and faults in the middle of everything. */
	async function provoke(): Promise<void> {
		const stranger = target.from("203.0.113.80");
		const { code } = target.poll;
		for (const secret of [...Object.values(secrets), hostToken]) {
			for (const path of ["", "/results", "/export", `/${secret}`, `?token=${secret}`]) {
				const sent = { authorization: `Bearer ${secret}`, referer: `http://x/h/${code}#${secret}` };
				answers.push(await stranger.http("GET", `/api/polls/${code}${path}`, undefined, sent));
			}
			for (const body of [
				{ hostToken: secret },
				{ nickname: secret, hostToken: secret },
				{ participantToken: `${secret}!` },
				`{"hostToken": "${secret}`,
			]) {
				answers.push(await stranger.http("POST", `/api/polls/${code}/seats`, body));
			}
			const basic = { authorization: `Basic ${Buffer.from(`ops:${secret}x`).toString("base64")}` };
			answers.push(await stranger.http("GET", "/metrics", undefined, basic));
			await rawExchange(
				target.server.port,
				`GET /${secret} HTTP/1.1\r\nHost: [${secret}\r\nCookie: ${secret}\r\n\r\n`,
				(answer) => answer.includes("\r\n\r\n"),
			);
			await rawExchange(target.server.port, `${secret}\r\n\r\n`, Boolean);
		}
		await watchStatements();
	}

	async function dumpRedis(): Promise<void> {
		const client = redisClient();
		try {
			for (const key of await client.keys("*")) {
				redisContents.push(key, (await client.dumpBuffer(key))?.toString("latin1") ?? "");
				redisContents.push(JSON.stringify(await client.hgetall(key).catch(() => ({}))));
			}
		} finally {
			client.disconnect();
		}
	}

	/** The statements that every connection sent last. */
	async function watchStatements(): Promise<void> {
		await onDatabase(async (client) => {
			const { rows } = await client.query<{ query: string }>("SELECT query FROM pg_stat_activity");
			statements.push(...rows.map(({ query }) => query));
		});
	}

	/** Every connection to the database is cut, then Redis is killed; meanwhile somebody asks. */
	async function withFaults(): Promise<void> {
		await onDatabase((client) =>
			client.query(
				"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()",
			),
		);
		const stranger = target.from("203.0.113.81");
		for (let n = 0; n < 5; n += 1) {
			const sent = { authorization: `Bearer ${secrets.secondToken}` };
			const path = `/api/polls/${target.poll.code}/export`;
			answers.push(await stranger.http("GET", path, undefined, sent));
		}
		await redis.kill("SIGKILL");
		const claim = { nickname: "While Redis is away", participantToken: secrets.bertsToken };
		answers.push(await stranger.http("POST", `/api/polls/${target.poll.code}/seats`, claim));
		await redis.restart();
	}

	async function onDatabase<Value>(work: (client: pg.Client) => Promise<Value>): Promise<Value> {
		const client = new pg.Client({ connectionString: databaseUrl });
		await client.connect();
		try {
			return await work(client);
		} finally {
			await client.end();
		}
	}

	async function withPassword(url: string): Promise<string> {
		const role = `planted_${crypto.randomUUID().replaceAll("-", "")}`;
		await onDatabase((client) =>
			client.query(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${secrets.databasePassword}'`),
		);
		return Object.assign(new URL(url), { username: role, password: secrets.databasePassword }).href;
	}

	function redisClient(): Redis {
		return new Redis(redis.port, "127.0.0.1", { password: secrets.redisPassword });
	}

	/** The names of those that stand in the text. */
	function found(text: string, wanted: Readonly<Record<string, string>>): readonly string[] {
		return Object.entries(wanted).flatMap(([name, secret]) =>
			text.includes(secret) ? [name] : [],
		);
	}
	const everything = () => ({ ...secrets, ...names, hostToken });

	it("[T4] nothing of it is in what the server writes, whatever happened, at the lowest log level", () => {
		const output = target.server.output() + neighbour.output();
		ok(output.includes('"level":"debug"') || output.includes('"level":"trace"'));
		deepEqual(found(output, everything()), []);
	});

	it("[T4] no error and no other answer over HTTP gives a secret back", () => {
		const failed = answers.filter(({ status }) => status >= 400);
		ok(failed.length > 50);
		for (const { text, headers } of answers) {
			deepEqual(found(text + JSON.stringify([...headers]), everything()), []);
		}
	});

	it("[T4] no byte to a participant is of another: no name, no token, no ballot", () => {
		const text = Buffer.concat(annasFrames).toString("latin1");
		const { annasToken, ...others } = everything();
		const { anna, ...foreign } = others;
		ok(text.includes(annasToken) && text.includes(anna), "nothing was recorded");
		deepEqual(found(text, foreign), []);
		deepEqual(found(Buffer.concat(viewersFrames).toString("latin1"), everything()), []);
	});

	it("[T4] the tables hold hashes, and statements hold nothing", async () => {
		const dump = await onDatabase(async (client) => {
			const texts: string[] = [];
			for (const table of ["polls", "journal", "activations", "audit_log"]) {
				const { rows } = await client.query<{ row: string }>(
					`SELECT to_jsonb(t)::text AS row FROM ${table} t`,
				);
				texts.push(...rows.map(({ row }) => row));
			}
			return texts.join("\n");
		});
		// Nicknames are what hosts read in exports.
		ok(dump.includes(names.anna));
		deepEqual(found(dump, { ...secrets, hostToken }), []);
		ok(statements.length > 0);
		deepEqual(found(statements.join("\n"), everything()), []);
	});

	it("[T4] Redis keeps none of it, nor carries it from one process to another", () => {
		const traffic = redisTraffic.join("\n");
		ok(/plenum:calls:/.test(traffic) && redisContents.length > 0, "nothing was recorded");
		const hashes = {
			hostTokenHash: hashToken(hostToken),
			bertsHash: hashToken(secrets.bertsToken),
		};
		const wanted = { ...everything(), ...sessions, ...hashes };
		const kept = found(redisContents.join("\n"), wanted);
		deepEqual({ kept, carried: found(traffic, wanted) }, { kept: [], carried: [] });
	});

	it("[T4] neither metrics nor the operators' pages show it", async () => {
		const operator = target.from("198.51.100.81");
		const bearer = { authorization: `Bearer ${secrets.opsToken}` };
		for (const path of ["/metrics", "/ops/status", "/ops/status.json", "/ops/log-level"]) {
			const { status, text } = await operator.http("GET", path, undefined, bearer);
			equal(status, 200, path);
			deepEqual(found(text, everything()), [], path);
		}
	});
});
