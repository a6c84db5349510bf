import { deepEqual, equal } from "node:assert/strict";
import { clientAddress, rememberedTrust } from "./addresses.ts";

describe("[R10] which addresses are proxies", () => {
	function setUp() {
		const asked: string[] = [];
		const isProxy = rememberedTrust((address) => {
			asked.push(address);
			return address.startsWith("10.");
		});
		return { asked, isProxy };
	}

	it("is asked once an address, and answered alike from then on", () => {
		const { asked, isProxy } = setUp();
		const client = () =>
			clientAddress(
				{
					headers: { "x-forwarded-for": "192.0.2.1, 192.0.2.2, 10.0.0.2" },
					socket: { remoteAddress: "10.0.0.1" },
				},
				isProxy,
			);
		for (let n = 0; n < 3; n += 1) equal(client(), "192.0.2.2");
		deepEqual(asked, ["10.0.0.1", "10.0.0.2", "192.0.2.2"]);
	});

	it("keeps nothing that is too long for an address", () => {
		const { asked, isProxy } = setUp();
		const long = `10.${"9".repeat(10_000)}`;
		for (let n = 0; n < 3; n += 1) equal(isProxy(long, 0), true);
		equal(asked.length, 3);
	});
});
