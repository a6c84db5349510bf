/** A host token that was replaced stays replaced: on every process, and whatever dies in between. */
import { equal, rejects } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { POLL_FORM } from "../../support/attack-server.ts";
import { Visitor } from "../../support/attack-visitor.ts";
import { ClusterUnderTest } from "../../support/cluster-under-test.ts";
import { until } from "../../support/wire-client.ts";

const OWNER = 0;
const OTHER = 1;

describe("a rotated host token", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;

	before(async () => {
		const environment = { RATE_LIMITS: "on", TRUSTED_PROXIES: "loopback" };
		cluster = await ClusterUnderTest.start({ processes: 2, environment });
	});
	after(() => cluster?.stop());

	const at = (process: number, address: string) => new Visitor(cluster.origin(process), address);

	/** The statuses of everything that takes a host token. */
	async function tried(process: number, code: string, token: string): Promise<readonly number[]> {
		const visitor = at(process, "203.0.113.140");
		const headers = { authorization: `Bearer ${token}` };
		const path = `/api/polls/${code}`;
		const answers = [
			await visitor.http("POST", `${path}/seats`, { hostToken: token }),
			await visitor.http("GET", `${path}/results`, undefined, headers),
			await visitor.http("GET", `${path}/export`, undefined, headers),
		];
		return answers.map(({ status }) => status);
	}

	it("[T5] opens nothing on any process, and after kill -9 of the one that replaced it still nothing", async () => {
		const friend = at(OWNER, "198.51.100.140");
		const settings = { ...POLL_FORM.settings, results: "host" };
		const { code, id, hostToken } = await friend.create({ ...POLL_FORM, settings });
		const host = await friend.seat(code, { hostToken });
		equal(await cluster.ownerOf(id), OWNER);
		const [opens, isRefused] = [
			[200, 200, 200],
			[401, 401, 401],
		];
		for (const process of [OWNER, OTHER]) {
			equal(String(await tried(process, code, hostToken)), String(opens));
		}
		// By way of the other process, which does not hear of the rotation.
		const reserved = await at(OTHER, "203.0.113.141").reserve(code, { hostToken });

		const next = randomBytes(18).toString("base64url");
		equal((await host.request("rotate-host-token", { hostToken: next })).status, 0);
		const late = friend.take(reserved);
		await rejects(late.joined);
		for (const process of [OWNER, OTHER]) {
			equal(String(await tried(process, code, hostToken)), String(isRefused));
		}

		await cluster.kill(OWNER, "SIGKILL");
		equal(String(await tried(OTHER, code, hostToken)), String(isRefused));
		const again = await until(
			() =>
				at(OTHER, "198.51.100.140")
					.seat(code, { hostToken: next })
					.catch(() => undefined),
			20_000,
		);
		equal((await again.request("roster")).status, 0);
		equal(await cluster.ownerOf(id), OTHER);
		equal(String(await tried(OTHER, code, hostToken)), String(isRefused));
		equal(String(await tried(OTHER, code, next)), String(opens));
		again.close();
	});
});
