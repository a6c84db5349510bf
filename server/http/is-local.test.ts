import { deepEqual, equal } from "node:assert/strict";
import { lanAddresses } from "../lib/lan-addresses.ts";
import { isLocal } from "./is-local.ts";

describe("[H19] this very machine", () => {
	const asks = (remoteAddress: string, headers: Record<string, string>) =>
		isLocal({ socket: { remoteAddress }, headers } as unknown as Parameters<typeof isLocal>[0]);

	it("is asked over the loopback, by a name of its own, through nobody else", () => {
		equal(asks("127.0.0.1", { host: "localhost:2567" }), true);
		equal(asks("::ffff:127.0.0.1", { host: "127.0.0.1" }), true);
		equal(asks("::1", { host: "[::1]:2567" }), true);
		equal(asks("192.0.2.7", { host: "localhost" }), false);
		equal(asks("127.0.0.1", { host: "polls.example" }), false);
		equal(asks("127.0.0.1", { host: "localhost.polls.example" }), false);
		equal(asks("127.0.0.1", { host: "localhost", "x-forwarded-for": "192.0.2.7" }), false);
		equal(asks("127.0.0.1", { host: "localhost", forwarded: "for=192.0.2.7" }), false);
		equal(asks("127.0.0.1", {}), false);
	});

	it("has no address for the network when it listens on its loopback alone", () => {
		deepEqual(lanAddresses("127.0.0.1"), []);
		deepEqual(lanAddresses("0.0.0.0"), lanAddresses(undefined));
		for (const address of lanAddresses(undefined)) deepEqual(lanAddresses(address), [address]);
	});
});
