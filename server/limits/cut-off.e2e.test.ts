import { equal, rejects } from "node:assert/strict";
import type { Socket } from "node:net";
import type { AttackSeat } from "../test/support/attack-seat.ts";
import { underAttack } from "../test/support/attack-server.ts";
import { requestFrame } from "../test/support/raw-seat.ts";
import { until } from "../test/support/wire-client.ts";

const ADDRESS = "203.0.113.40";
/** Masked frames of one byte that nobody has a use for. */
const TINY = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0x1f]);
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

describe("whoever was cut off for flooding", function () {
	this.timeout(60_000);
	const target = underAttack();

	for (const [what, frame] of Object.entries({ messages: TINY, pings: PING })) {
		it(`[T10] [T11] with ${what}, and never answers the closing handshake, does not come back by reconnecting`, async () => {
			const claim = { nickname: `Deaf ${what}` };
			const visitor = target().from(ADDRESS);
			const reservation = await visitor.reserve(target().poll.code, claim);
			const seat = visitor.take(reservation);
			await seat.joined;
			deafen(seat);
			seat.writeRaw(Buffer.concat(Array.from({ length: 400 }, () => frame)));
			await until(() => target().server.output().includes('"limit":"flood"'));
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
		const seat = await visitor.seat(target().poll.code, claim);
		for (let n = 0; n < 400; n += 1) seat.send(requestFrame(1, "hello"));
		await until(() => !seat.isOpen);
		const path = `/api/polls/${target().poll.code}/seats`;
		equal((await visitor.http("POST", path, claim)).status, 429);
		equal(await seat.closed, 1008);
		await visitor.seat(target().poll.code, { nickname: "Somebody else" });
	});
});

function deafen({ socket }: AttackSeat): void {
	(socket as unknown as { readonly _socket: Socket })._socket.removeAllListeners("data");
}
