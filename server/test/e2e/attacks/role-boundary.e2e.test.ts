/** What only a poll's host may do, tried by everybody else, by every way in. Nothing of it happens. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { requestRoles } from "../../../../schema/wire/client-messages.ts";
import type { CreatedPoll } from "../../../../schema/wire/http.ts";
import type { AttackSeat } from "../../support/attack-seat.ts";
import { POLL_FORM, underAttack } from "../../support/attack-server.ts";
import { rawExchange } from "../../support/raw-seat.ts";
import { until } from "../../support/wire-client.ts";

const mint = () => randomBytes(18).toString("base64url");
const HOST_REQUESTS = Object.entries(requestRoles)
	.filter(([, roles]) => !roles.includes("participant"))
	.map(([type]) => type);

/** With a payload that a host's request would have. */
function payloadOf(type: string, { id }: CreatedPoll, victim: string): object {
	const common = { pollId: id, role: "host", participantId: victim, questionId: "q1" };
	if (type === "add-question") return { ...common, prompt: "Mine?", options: ["yes", "no"] };
	return type === "rotate-host-token" ? { ...common, hostToken: mint() } : common;
}

describe("the boundary between roles", function () {
	this.timeout(60_000);
	const target = underAttack();

	async function hiddenPoll() {
		const friend = target().from("198.51.100.30");
		const form = { ...POLL_FORM, settings: { ...POLL_FORM.settings, results: "host" } };
		const poll = await friend.create(form);
		const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
		await host.request("open-question", { questionId: "q1" });
		const participantToken = mint();
		const person = await friend.seat(poll.code, { nickname: "Person", participantToken });
		await person.request("vote", { questionId: "q1", choices: [1], revision: 1 });
		const { value } = await person.request("hello");
		target().cleanUp(() => [host.close(), person.close()]);
		return { poll, host, person, participantToken, victim: String(value.participantId) };
	}

	/** Everything that is recorded about a poll. */
	async function record({ code, hostToken }: CreatedPoll) {
		const host = target().from("198.51.100.30");
		const headers = { authorization: `Bearer ${hostToken}` };
		const paths = ["", "/results", "/export"];
		const answers = await Promise.all(
			paths.map((path) => host.http("GET", `/api/polls/${code}${path}`, undefined, headers)),
		);
		for (const { status, text } of answers) equal(status, 200, text);
		return answers.map(({ body }) => body);
	}

	/** By name, what somebody who is not the host can show. */
	async function credentials({ poll, participantToken, victim }: Victims) {
		const stranger = target().from("203.0.113.30");
		const other = await stranger.create(POLL_FORM);
		const viewer = await stranger.reserve(poll.code, { role: "viewer" });
		const hash = createHash("sha256").update(poll.hostToken).digest();
		return {
			nothing: undefined,
			"a participant's token": participantToken,
			"a participant's id": victim,
			"a viewer's session": viewer.sessionId,
			"another poll's host token": other.hostToken,
			"the token's hash": hash.toString("hex"),
			"the token's hash in base64url": hash.toString("base64url"),
			"half of the token": poll.hostToken.slice(0, -1),
			"the token and more": `${poll.hostToken}A`,
			"a name of JavaScript": "__proto__",
		};
	}
	type Victims = Awaited<ReturnType<typeof hiddenPoll>>;

	it("[T6] over HTTP nobody but the host reads hidden results, exports, deletes or sits down as host", async () => {
		const victims = await hiddenPoll();
		const { poll } = victims;
		const before = await record(poll);
		const thief = target().from("203.0.113.31");
		const path = `/api/polls/${poll.code}`;
		for (const [what, token] of Object.entries(await credentials(victims))) {
			const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
			const basic = { authorization: `Basic ${Buffer.from(`ops:${token}`).toString("base64")}` };
			for (const sent of [headers, basic]) {
				for (const [method, rest] of [
					["GET", "/results"],
					["GET", "/export"],
					["GET", "/export?format=csv"],
					["DELETE", ""],
				] as const) {
					const { status, text } = await thief.http(method, path + rest, undefined, sent);
					equal(status, 401, `${method} ${rest} with ${what}: ${text}`);
				}
			}
			if (token === undefined) continue;
			const seat = await thief.http("POST", `${path}/seats`, { hostToken: token });
			equal(seat.status, 401, `a seat with ${what}`);
			const { text } = await thief.http("GET", path);
			ok(!/"votes"|hostToken|participantToken/.test(text), text);
		}
		deepEqual(await record(poll), before);
	});

	for (const role of ["participant", "viewer", "host of another poll"] as const) {
		it(`[T6] in the room a ${role} is refused every request of a host`, async () => {
			const { poll, victim } = await hiddenPoll();
			const attacker = await seatOf(role, poll);
			const before = await record(poll);
			for (const type of HOST_REQUESTS) {
				const { status, value } = await attacker.request(type, payloadOf(type, poll, victim));
				if (role !== "host of another poll") {
					deepEqual([status, value.code], [1, "forbidden"], type);
				}
			}
			attacker.close();
			deepEqual(await record(poll), before);
		});
	}

	async function seatOf(role: string, { code }: CreatedPoll): Promise<AttackSeat> {
		const stranger = target().from("203.0.113.32");
		if (role === "participant") return stranger.seat(code, { nickname: "Stranger" });
		if (role === "viewer") return stranger.seat(code, { role: "viewer" });
		const other = await stranger.create(POLL_FORM);
		return stranger.seat(other.code, { hostToken: other.hostToken });
	}

	it("[T6] a participant votes for nobody else, whatever the message says of who they are", async () => {
		const { poll, victim, participantToken } = await hiddenPoll();
		const before = await record(poll);
		const attacker = await seatOf("participant", poll);
		await attacker.request("vote", {
			questionId: "q1",
			choices: [0],
			revision: 9,
			participantId: victim,
			participantToken,
			token: participantToken,
		});
		const [, , exported] = await record(poll);
		const [, , exportedBefore] = before;
		const ofVictim = (rows: readonly { participantId: string }[]) =>
			rows.filter(({ participantId }) => participantId === victim);
		deepEqual(
			ofVictim(exported.votes ?? exported),
			ofVictim(exportedBefore.votes ?? exportedBefore),
		);
		attacker.close();
	});

	it("[T5] a seat that was reserved with the old host token is not let in after the rotation", async () => {
		const { poll, host } = await hiddenPoll();
		const thief = target().from("203.0.113.33");
		const reserved = await thief.reserve(poll.code, { hostToken: poll.hostToken });
		equal((await host.request("rotate-host-token", {})).status, 0);
		const seat = thief.take(reserved);
		match(await seat.joined.then(() => "in", String), /closed with/);
		equal((await thief.http("POST", `/api/polls/${poll.code}/seats`, poll)).status, 401);
	});

	it("[T5] a connection that dropped before the rotation does not come back after it", async () => {
		const { poll, host } = await hiddenPoll();
		const thief = target().from("203.0.113.34");
		const reserved = await thief.reserve(poll.code, { hostToken: poll.hostToken });
		const stolen = thief.take(reserved);
		await stolen.joined;
		equal((await stolen.request("roster")).status, 0);
		stolen.close();
		await stolen.closed;
		equal((await host.request("rotate-host-token", {})).status, 0);
		const query = `&reconnectionToken=${stolen.reconnectionToken}`;
		const frames: Buffer[] = [];
		const back = thief.take(reserved, { query, onFrame: (frame) => frames.push(frame) });
		const answer = back.joined.then(() => back.request("roster"));
		equal(
			await answer.then(
				({ status }) => status,
				() => "closed",
			),
			"closed",
		);
		ok((await back.closed) > 1000);
		ok(!frames.some((frame) => frame.includes("Person")), "it was told who is there");
	});

	it("[T5] the same connection does come back while the token is the host's", async () => {
		const { poll } = await hiddenPoll();
		const friend = target().from("198.51.100.31");
		const reserved = await friend.reserve(poll.code, { hostToken: poll.hostToken });
		const seat = friend.take(reserved);
		await seat.joined;
		// Cut before its acknowledgement was read, it would never have been in.
		equal((await seat.request("roster")).status, 0);
		seat.close();
		await seat.closed;
		const query = `&reconnectionToken=${seat.reconnectionToken}`;
		const back = await until(async () => {
			const again = friend.take(reserved, { query });
			return again.joined.then(
				() => again,
				() => undefined,
			);
		});
		equal((await back.request("roster")).status, 0);
		back.close();
	});

	it("[T9] a token in an address opens nothing", async () => {
		const { poll } = await hiddenPoll();
		const thief = target().from("203.0.113.35");
		const { hostToken } = poll;
		for (const name of [
			"hostToken",
			"token",
			"access_token",
			"authorization",
			"_authToken",
			"key",
		]) {
			for (const rest of ["/results", "/export"]) {
				const path = `/api/polls/${poll.code}${rest}?${name}=${hostToken}`;
				equal((await thief.http("GET", path)).status, 401, path);
			}
			const path = `/api/polls/${poll.code}?${name}=${hostToken}`;
			equal((await thief.http("DELETE", path)).status, 401, path);
		}
		const reserved = await thief.reserve(poll.code, { role: "viewer" });
		const query = `&_authToken=${hostToken}&hostToken=${hostToken}&role=host`;
		const seat = thief.take(reserved, { query });
		await seat.joined;
		equal((await seat.request("hello")).value.role, "viewer");
		equal((await seat.request("roster")).value.code, "forbidden");
		seat.close();
	});

	it("[T9] a token among cookies, in a foreign header or in a body of GET opens nothing", async () => {
		const { poll } = await hiddenPoll();
		const { hostToken, code } = poll;
		const body = JSON.stringify({ hostToken });
		const { answer } = await rawExchange(
			target().server.port,
			`GET /api/polls/${code}/export HTTP/1.1\r\nHost: x\r\nCookie: hostToken=${hostToken}\r\nX-Host-Token: ${hostToken}\r\nProxy-Authorization: Bearer ${hostToken}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
			(text) => text.includes("\r\n\r\n"),
		);
		match(answer, /^HTTP\/1.1 401 /);
	});
});
