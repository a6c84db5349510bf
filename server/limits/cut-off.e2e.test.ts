import { equal, rejects } from "node:assert/strict";
import type { Socket } from "node:net";
import type { AttackSeat } from "../test/support/attack-seat.ts";
import { metric, underAttack } from "../test/support/attack-server.ts";
import { requestFrame } from "../test/support/raw-seat.ts";
import { until } from "../test/support/wire-client.ts";

const ADDRESS = "203.0.113.40";
const OPS_TOKEN = "operators-only-0123456789";
/** By then it is out for half a minute. */
const TIMES_MAX = 6;
/** Masked frames of one byte that nobody has a use for. */
const TINY = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0x1f]);
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

describe("whoever was cut off for flooding", function () {
	this.timeout(60_000);
	const target = underAttack({ OPS_TOKEN });
	const floods = () =>
		metric(target().from("198.51.100.40"), OPS_TOKEN, 'plenum_rate_limited_total{kind="flood"}');

	for (const [what, frame] of Object.entries({ messages: TINY, pings: PING })) {
		it(`[T10] [T11] with ${what}, and never answers the closing handshake, does not come back by reconnecting`, async () => {
			const claim = { nickname: `Deaf ${what}` };
			const visitor = target().from(ADDRESS);
			const reservation = await visitor.reserve(target().poll.code, claim);
			const seat = visitor.take(reservation);
			await seat.joined;
			deafen(seat);
			const before = await floods();
			seat.writeRaw(Buffer.concat(Array.from({ length: 400 }, () => frame)));
			await until(async () => (await floods()) > before);
			const query = `&reconnectionToken=${seat.reconnectionToken}`;
			const again = visitor.take(reservation, { query });
			try {
				await rejects(again.joined);
			} finally {
				again.close();
				seat.close();
			}
		});
	}

	it("[T10] gets no seat with the same token for a while", async () => {
		const participantToken = `flooder-${crypto.randomUUID()}`;
		const visitor = target().from(ADDRESS);
		const claim = { nickname: "Again and again", participantToken };
		const path = `/api/polls/${target().poll.code}/seats`;
		let answer = await visitor.http("POST", path, claim);
		// A second after the first time, two after the next: a slow machine may take longer to ask.
		for (let time = 1; time <= TIMES_MAX && answer.status === 200; time += 1) {
			const seat = visitor.take(answer.body);
			await seat.joined;
			for (let n = 0; n < 400; n += 1) seat.send(requestFrame(1, "hello"));
			await until(() => !seat.isOpen);
			answer = await visitor.http("POST", path, claim);
			equal(await seat.closed, 1008);
		}
		equal(answer.status, 429);
		await visitor.seat(target().poll.code, { nickname: "Somebody else" });
	});
});

function deafen({ socket }: AttackSeat): void {
	(socket as unknown as { readonly _socket: Socket })._socket.removeAllListeners("data");
}
