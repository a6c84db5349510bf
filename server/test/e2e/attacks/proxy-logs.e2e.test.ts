/** What the nginx of production writes down of tokens: in headers, in bodies, in addresses. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { render } from "../../../../ops/nginx/render.ts";
import { freePort } from "../../../../ops/services/free-port.ts";
import { startNginx } from "../../../../ops/services/nginx-server.ts";
import { POLL_FORM, startLimited } from "../../support/attack-server.ts";
import { Visitor } from "../../support/attack-visitor.ts";
import { freshDatabaseUrl, tempDir } from "../../support/databases.ts";
import { until } from "../../support/wire-client.ts";

describe("the access log of a proxy", function () {
	this.timeout(180_000);

	/** Whatever people do with their tokens, also what they should not; returns what nginx wrote, and the tokens. */
	async function written(change: (site: string) => string) {
		const [port, listenPort, directory] = [await freePort(), await freePort(), await tempDir()];
		const server = await startLimited({
			PORT: String(port),
			DATABASE_URL: await freshDatabaseUrl(),
		});
		const site = change(render({ listenPort, processes: [{ port }], logFolder: directory }));
		const nginx = await startNginx({ directory, site });
		try {
			const entrance = new Visitor(`http://127.0.0.1:${listenPort}`, "ignored");
			const rooms = new Visitor(`${entrance.origin}/w/${port}`, "ignored");
			const participantToken = randomBytes(18).toString("base64url");
			const { code, hostToken } = await entrance.create(POLL_FORM);
			const path = `/api/polls/${code}`;
			const headers = { authorization: `Bearer ${hostToken}`, referer: `http://x/h/${code}` };
			equal((await entrance.http("GET", `${path}/export`, undefined, headers)).status, 200);
			await entrance.http("GET", `${path}?token=${hostToken}&t=${participantToken}`);
			const claim = { nickname: "Person", participantToken };
			const reserved = await entrance.reserve(code, claim);
			const seat = rooms.take(reserved, { query: `&_authToken=${participantToken}` });
			await seat.joined;
			equal((await seat.request("hello")).value.participantToken, participantToken);
			const { reconnectionToken } = seat;
			seat.close();
			await seat.closed;
			const back = rooms.take(reserved, { query: `&reconnectionToken=${reconnectionToken}` });
			await back.joined.catch(() => {});
			back.close();
			await back.closed;
			const file = (name: string) => readFile(join(directory, `plenum.${name}.log`), "utf8");
			const isWhole = async () => (await file("access")).includes(`/w/${port}/`);
			await until(isWhole);
			const text = (await file("access")) + (await file("error"));
			const { sessionId } = reserved;
			return { text, tokens: { hostToken, participantToken, sessionId, reconnectionToken } };
		} finally {
			await nginx.stop();
			await server.kill("SIGKILL");
		}
	}

	const found = ({ text, tokens }: Awaited<ReturnType<typeof written>>) =>
		Object.entries(tokens).flatMap(([name, token]) => (text.includes(token) ? [name] : []));

	it("[T9] holds no token, no session and no query string", async () => {
		const all = await written((site) => site);
		ok(all.text.split("\n").length > 4, all.text);
		deepEqual(found(all), []);
	});

	it("[T9] would hold them, if it had whole addresses as logs do by default", async () => {
		const all = await written((site) => site.replaceAll('"$plenum_path"', '"$request_uri"'));
		deepEqual(found(all).length, 4);
	});
});
