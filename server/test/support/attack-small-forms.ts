/**
 * One attack for each rule in its smallest form, as short as it can be told from no attack. Each
 * resolves when the attack was stopped and rejects when it was not.
 */
import { equal, match, ok, rejects } from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { pack } from "msgpackr";
import pg from "pg";
import WebSocket from "ws";
import { CODE_ALPHABET } from "../../../schema/poll-code.ts";
import { pipeline } from "./attack-pipeline.ts";
import type { AttackSeat } from "./attack-seat.ts";
import { type AttackedServer, POLL_FORM } from "./attack-server.ts";
import { rawExchange, requestFrame } from "./raw-seat.ts";
import { until } from "./wire-client.ts";

export type SmallForm = (target: AttackedServer, databaseUrl: string) => Promise<void>;

/** Generous for a slow machine; the attacks that wait for it wait side by side. */
const STOPPED_WITHIN_MS = 15_000;

/** A code that no poll has, as far as chance goes; `salt` of three characters keeps tests apart. */
export function unusedCode(number: number, salt: string): string {
	const places = [0, 1, 2].map((place) => CODE_ALPHABET[Math.floor(number / 32 ** place) % 32]);
	return salt + places.join("");
}

const guesses = (count: number, salt: string, address: (n: number) => string) =>
	Array.from({ length: count }, (_, n) => ({
		path: `/api/polls/${unusedCode(n, salt)}`,
		address: address(n),
	}));

async function hiddenPoll(target: AttackedServer, address: string) {
	const friend = target.from(address);
	const settings = { ...POLL_FORM.settings, results: "host" };
	return friend.create({ ...POLL_FORM, settings });
}

export const manyTabs: SmallForm = async (target) => {
	const claim = { nickname: "Many tabs", participantToken: `many-tabs-${crypto.randomUUID()}` };
	const person = target.from("203.0.113.1");
	const tabs: AttackSeat[] = [];
	for (let n = 0; n < 7; n += 1) tabs.push(await person.seat(target.poll.code, claim));
	try {
		const areFive = () => tabs.filter(({ isOpen }) => isOpen).length === 5;
		await until(areFive, STOPPED_WITHIN_MS);
	} finally {
		for (const tab of tabs) tab.close();
	}
};

export const guessingFromOneAddress: SmallForm = async (target) => {
	const looks = guesses(130, "YYY", () => "203.0.113.2");
	ok((await pipeline(target.server.port, looks)).includes(429), "all codes were looked up");
};

export const guessingFromMany: SmallForm = async (target) => {
	const isAlarmed = () => target.server.output().includes('"limit":"guessing"');
	for (let round = 0; round < 10 && !isAlarmed(); round += 1) {
		await pipeline(
			target.server.port,
			guesses(250, "XXX", (n) => `192.0.${n}.${round}`),
		);
	}
	await until(isAlarmed, STOPPED_WITHIN_MS);
};

export const readingTheDatabase: SmallForm = async (target, databaseUrl) => {
	const token = `planted-${crypto.randomUUID()}`.slice(0, 40);
	const claim = { nickname: "Planted nickname", participantToken: token };
	const seat = await target.from("203.0.113.4").seat(target.poll.code, claim);
	seat.close();
	const client = new pg.Client({ connectionString: databaseUrl });
	await client.connect();
	const { rows } = await client.query<{ row: string }>("SELECT j::text AS row FROM journal j");
	await client.end();
	const journal = rows.map(({ row }) => row).join("\n");
	ok(journal.includes("Planted nickname"), "nothing was written");
	ok(!journal.includes(token), "the database has the token itself");
};

export const comingBackAfterRotation: SmallForm = async (target) => {
	const friend = target.from("198.51.100.5");
	const poll = await friend.create(POLL_FORM);
	const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
	const reserved = await target
		.from("203.0.113.5")
		.reserve(poll.code, { hostToken: poll.hostToken });
	equal((await host.request("rotate-host-token")).status, 0);
	const seat = target.from("203.0.113.5").take(reserved);
	try {
		await rejects(seat.joined);
	} finally {
		seat.close();
		host.close();
	}
};

export const actingAsHost: SmallForm = async (target) => {
	const seat = await target.from("203.0.113.6").seat(target.poll.code, { role: "viewer" });
	const { value } = await seat.request("roster");
	seat.close();
	equal(value.code, "forbidden");
};

export const formulasInExports: SmallForm = async (target) => {
	const friend = target.from("198.51.100.7");
	const poll = await friend.create(POLL_FORM);
	const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
	await host.request("open-question", { questionId: "q1" });
	const seat = await friend.seat(poll.code, { nickname: "=1+1" });
	await seat.request("vote", { questionId: "q1", choices: [0], revision: 1 });
	const headers = { authorization: `Bearer ${poll.hostToken}` };
	const path = `/api/polls/${poll.code}/export?format=csv`;
	const { text } = await friend.http("GET", path, undefined, headers);
	seat.close();
	host.close();
	match(text, /'=1\+1/);
};

export const foreignPage: SmallForm = async (target) => {
	const origin = "https://evil.example";
	const path = `/api/polls/${target.poll.code}`;
	const page = target.from("203.0.113.8");
	const { status, headers } = await page.http("GET", path, undefined, { origin });
	equal(headers.get("access-control-allow-origin"), null);
	equal(status, 403);
};

export const tokenInAddress: SmallForm = async (target) => {
	const poll = await hiddenPoll(target, "198.51.100.9");
	const path = `/api/polls/${poll.code}/results?token=${poll.hostToken}`;
	equal((await target.from("203.0.113.9").http("GET", path)).status, 401);
};

/** Until it is cut off; rejects when it is not. */
async function flood(target: AttackedServer, address: string, send: (seat: AttackSeat) => void) {
	const nickname = `Flooder ${crypto.randomUUID().slice(0, 8)}`;
	const seat = await target.from(address).seat(target.poll.code, { nickname });
	for (let sent = 0; sent < 600 && seat.isOpen; sent += 20) {
		for (let n = 0; n < 20 && seat.isOpen; n += 1) send(seat);
		await pause(2);
	}
	const code = await Promise.race([seat.closed, pause(STOPPED_WITHIN_MS, "still open")]);
	seat.close();
	equal(code, 1008);
}

const VOTE = requestFrame(1, "vote", pack({ questionId: "q1", choices: [0], revision: 1 }));
export const floodOfRequests: SmallForm = (target) =>
	flood(target, "203.0.113.10", (seat) => seat.send(VOTE));

/** Of a masked frame without content. */
const PONG = Buffer.of(0x8a, 0x80, 0, 0, 0, 0);
export const floodOfPongs: SmallForm = (target) =>
	flood(target, "203.0.113.11", (seat) => seat.writeRaw(PONG));

export const silentSockets: SmallForm = async (target) => {
	const sockets: Socket[] = [];
	/** Those that never say all of a request are closed for being late in the end, and told so. */
	let [closed, closedWithoutWord] = [0, 0];
	try {
		for (let n = 0; n < 205; n += 1) {
			const socket = connect(target.server.port, "127.0.0.1");
			socket.on("error", () => {});
			socket.write("G");
			socket.resume();
			socket.on("close", () => {
				closed += 1;
				if (socket.bytesRead === 0) closedWithoutWord += 1;
			});
			sockets.push(socket);
		}
		await until(() => closedWithoutWord > 0 || closed === sockets.length);
		ok(closedWithoutWord > 0, "none had to go for another");
	} finally {
		for (const socket of sockets) socket.destroy();
	}
};

export const slowHeaders: SmallForm = async (target) => {
	const socket = connect(target.server.port, "127.0.0.1");
	let text = "";
	socket.on("error", () => {});
	socket.on("data", (chunk) => {
		text += chunk;
	});
	const isClosed = new Promise<string>((resolve) => socket.once("close", () => resolve("closed")));
	socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
	const dripping = setInterval(() => socket.writable && socket.write("X-Slow: 1\r\n"), 1_000);
	const outcome = await Promise.race([isClosed, pause(STOPPED_WITHIN_MS, "still open")]);
	clearInterval(dripping);
	socket.destroy();
	equal(outcome, "closed");
	match(text, /^HTTP\/1.1 408 /);
};

/** Sends as much as it may, reads nothing of the answers. */
export const notReading: SmallForm = async (target) => {
	const friend = target.from("198.51.100.14");
	const poll = await friend.create(POLL_FORM);
	const people = Array.from({ length: 150 }, (_, n) =>
		friend.seat(poll.code, { nickname: `${"\u{1f600}".repeat(35)}${n}` }),
	);
	for (const person of await Promise.all(people)) person.close();
	const slow = await friend.seat(poll.code, { hostToken: poll.hostToken });
	slow.socket.pause();
	const asking = setInterval(() => {
		for (let n = 0; n < 5; n += 1) slow.send(requestFrame(1, "roster"));
	}, 100);
	try {
		const isDropped = () => target.server.output().includes('"limit":"slow-reader"');
		await until(isDropped, 2 * STOPPED_WITHIN_MS);
	} finally {
		clearInterval(asking);
		slow.close();
	}
};

export const pollutingPrototypes: SmallForm = async (target) => {
	const attacker = target.from("203.0.113.16");
	const path = `/api/polls/${target.poll.code}/seats`;
	await attacker.http("POST", path, '{"__proto__":{"role":"viewer"}}');
	// Without anything that says who it is.
	equal((await attacker.http("POST", path, {})).status, 400);
};

export const hoardingViewersSeats: SmallForm = async (target) => {
	const { code } = await target.from("198.51.100.17").create(POLL_FORM);
	const startedAt = performance.now();
	const asked = Array.from({ length: 200 }, (_, n) =>
		target.from(`192.0.2.${n}`).http("POST", `/api/polls/${code}/seats`, { role: "viewer" }),
	);
	const given = (await Promise.all(asked)).filter(({ status }) => status === 200).length;
	const seconds = (performance.now() - startedAt) / 1_000;
	ok(given <= 100 + 5 * seconds + 2, `${given} seats in ${seconds} s`);
};

export const makingManyPolls: SmallForm = async (target) => {
	const spammer = target.from("203.0.113.18");
	const made = Array.from({ length: 62 }, () => spammer.http("POST", "/api/polls", POLL_FORM));
	const statuses = (await Promise.all(made)).map(({ status }) => status);
	equal(statuses.filter((status) => status === 429).length, 2);
};

export const readingFiles: SmallForm = async (target) => {
	const scanner = target.from("203.0.113.19");
	for (const path of ["/server/main.js", "/assets/..%2f..%2fserver%2fmain.js"]) {
		equal((await scanner.http("GET", path)).status, 404, path);
	}
};

export const readingMetrics: SmallForm = async (target) => {
	const answer = await fetch(`${target.server.origin}/metrics`);
	equal(answer.status, 404, await answer.text());
};

export const sqlInTexts: SmallForm = async (target) => {
	const friend = target.from("198.51.100.22");
	const title = "It's '; DROP TABLE polls; --";
	const created = await friend.http("POST", "/api/polls", { ...POLL_FORM, title });
	equal(created.status, 201, created.text);
	const { body } = await friend.http("GET", `/api/polls/${created.body.code}`);
	equal(body.title, title);
};

export const forgedAddresses: SmallForm = async (target) => {
	const looks = guesses(130, "WWW", (n) => `10.2.${n}.1`);
	ok((await pipeline(target.server.port, looks)).includes(429), "forged addresses were believed");
};

export const floodOfRefusals: SmallForm = async (target) => {
	const flooder = target.from("203.0.113.30");
	const headers = { authorization: "Bearer nobody-has-this-token" };
	const path = `/api/polls/${target.poll.code}`;
	const startedAt = performance.now();
	const asked = Array.from({ length: 60 }, () => flooder.http("DELETE", path, undefined, headers));
	for (const { status } of await Promise.all(asked)) equal(status, 401);
	const count = (line: string) => Number(/"count":(\d+)/.exec(line)?.[1]);
	const lines = await until(() => {
		const found = target.logLines().filter((line) => line.includes('"host-token-refused"'));
		return found.reduce((sum, line) => sum + count(line), 0) >= 60 ? found : undefined;
	});
	const seconds = (performance.now() - startedAt) / 1_000;
	ok(lines.length <= seconds + 2, `${lines.length} lines in ${seconds} s`);
};

export const socketWithoutSeat: SmallForm = async (target) => {
	const socket = new WebSocket(target.server.origin.replace("http", "ws"));
	let answers = 0;
	socket.on("error", () => {});
	socket.on("message", () => {
		answers += 1;
	});
	socket.once("open", () => {
		for (let n = 0; n < 100; n += 1) socket.send("x");
	});
	await new Promise((resolve) => socket.once("close", resolve));
	ok(answers < 10, `${answers} answers`);
};

export const garbage: SmallForm = async (target) => {
	const head = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
	for (const text of ["\0\xff\r\n\r\n", `GET *:99999 HTTP/1.1\r\n${head}\r\n`]) {
		await rawExchange(target.server.port, text);
	}
	await target.isUnharmed();
};
