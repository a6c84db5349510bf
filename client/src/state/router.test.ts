import { deepEqual, equal } from "node:assert/strict";
import { parseRoute, pathTo, readCode } from "./router.ts";

describe("[U2] addresses", () => {
	it("each page has one, and codes are read in either case", () => {
		deepEqual(parseRoute("/"), { page: "home" });
		deepEqual(parseRoute("/host/"), { page: "new" });
		for (const page of ["join", "host", "projector", "results"] as const) {
			deepEqual(parseRoute(pathTo(page, "K7M2QX")), { page, code: "K7M2QX" });
		}
		deepEqual(parseRoute("/j/k7m2qx"), { page: "join", code: "K7M2QX" });
		deepEqual(parseRoute("/j/nonsense"), { page: "join", code: "nonsense" });
	});

	for (const path of ["/j", "/j/", "/x/K7M2QX", "/j/K7M2QX/more", "/hosts"]) {
		it(`${path} is no page`, () => {
			deepEqual(parseRoute(path), { page: "unknown" });
		});
	}

	it("a broken escape is a code like any other wrong one", () => {
		deepEqual(parseRoute("/j/%E0%A4%A"), { page: "join", code: "%E0%A4%A" });
	});
});

describe("[U3] a code as people type it", () => {
	for (const text of [
		"K7M2QX",
		"k7m2qx",
		" k7m 2qx ",
		"K7M-2QX",
		"https://polls.example/j/k7m2qx",
		"polls.example/p/K7M2QX?from=mail",
		"Join here: http://10.0.0.2:2567/j/K7M2QX#x",
	]) {
		it(`is found in "${text}"`, () => {
			equal(readCode(text), "K7M2QX");
		});
	}

	for (const text of ["", "K7M2Q", "K7M2QXX", "K7M2Q0", "https://polls.example/j/"]) {
		it(`is not found in "${text}"`, () => {
			equal(readCode(text), undefined);
		});
	}
});
