import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { kept } from "./kept.ts";
import { render } from "./render.ts";

describe("the nginx configuration", () => {
	for (const [path, site] of Object.entries(kept)) {
		it(`[O10] ${path} is what is rendered`, () => {
			assert.equal(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), render(site));
		});
	}

	it("[O10] a host name is looked up again while nginx runs, an address is not", () => {
		const processes = [{ host: "plenum-1", port: 2601 }];
		const named = render({ listenPort: 80, processes, logFolder: "logs", resolver: "127.0.0.11" });
		assert.match(named, /\tserver plenum-1:2601 resolve max_fails=0;/);
		assert.match(named, /\tresolver 127\.0\.0\.11 valid=5s;/);
		const fixed = render({ listenPort: 80, processes: [{ port: 2601 }], logFolder: "logs" });
		assert.doesNotMatch(fixed, /resolve/);
	});

	it("[O10] names each process wherever one is named", () => {
		const processes = [{ port: 2601 }, { port: 2602 }, { port: 2603 }];
		const text = render({ listenPort: 8080, processes, logFolder: "logs" });
		for (const { port } of processes) {
			assert.equal(text.split(`127.0.0.1:${port}`).length - 1, 2, `${port}`);
		}
		assert.match(text, /\tlisten 8080;/);
	});
});
