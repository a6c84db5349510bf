import assert from "node:assert/strict";
import { complaintsAbout, type ServerSettings } from "./startup-checks.ts";

const sound: ServerSettings = {
	fsync: "on",
	full_page_writes: "on",
	synchronous_commit: "on",
	transaction_read_only: "off",
	in_recovery: false,
};

describe("complaintsAbout", () => {
	it("[D2] a server that keeps what it commits is accepted, with any kind of synchronous commit", () => {
		for (const synchronous_commit of ["on", "local", "remote_write", "remote_apply"]) {
			assert.deepEqual(complaintsAbout({ ...sound, synchronous_commit }), []);
		}
	});

	for (const name of ["fsync", "full_page_writes", "synchronous_commit"] as const) {
		it(`[D2] ${name} = off is refused by name`, () => {
			const complaints = complaintsAbout({ ...sound, [name]: "off" });
			assert.equal(complaints.length, 1);
			assert.match(complaints[0] ?? "", new RegExp(`${name} = off`));
		});
	}

	it("[D2] a standby and a read-only database are refused", () => {
		assert.match(
			complaintsAbout({ ...sound, in_recovery: true, transaction_read_only: "on" }).join(),
			/standby.*primary/,
		);
		assert.match(complaintsAbout({ ...sound, transaction_read_only: "on" }).join(), /read-only/);
	});
});
