import { deepEqual, equal, match, ok } from "node:assert/strict";
import { chartPicture, type Measure } from "./chart-picture.ts";
import { linesOf } from "./text-lines.ts";

/** Every character as wide as half the size. */
const measure: Measure = (text, size) => text.length * size * 0.5;
const bar = (label: string, share = 0.5) => ({ label, share, value: "50%  ·  1" });
const picture = (more: Partial<Parameters<typeof chartPicture>[0]> = {}) =>
	chartPicture({
		title: "All-hands",
		prompt: "Which one?",
		bars: [bar("This"), bar("That")],
		foot: "2 people have voted",
		measure,
		...more,
	});

describe("[U8] the picture of a chart", () => {
	it("stands by itself: no script, no style, nothing from elsewhere", () => {
		const { svg } = picture();
		for (const text of ["All-hands", "Which one?", "This", "That", "2 people have voted"]) {
			ok(svg.includes(text), text);
		}
		ok(!/<(script|style|image|use|foreignObject)|href|url\(|@import/.test(svg));
		equal(svg.replace("http://www.w3.org/2000/svg", "").includes("://"), false);
	});

	it("shows what people typed as text, whatever it is", () => {
		const nasty = `<script>alert("1")</script> & 'x' \u0007`;
		const { svg } = picture({ title: nasty, prompt: nasty, bars: [bar(nasty)] });
		ok(!svg.includes("<script"));
		ok(!svg.includes("\u0007"));
		match(svg, /&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt; &amp; &apos;x&apos;/);
	});

	it("grows with long words and ten long options, and nothing leaves it", () => {
		const bars = Array.from({ length: 10 }, () => bar("W".repeat(120)));
		const { svg, height, width } = picture({ prompt: "W".repeat(300), bars });
		ok(height > picture().height);
		const lowest = Math.max(...[...svg.matchAll(/ y="(\d+)"/g)].map(([, y]) => Number(y)));
		ok(lowest < height);
		for (const [, text, size] of svg.matchAll(/font-size="(\d+)"[^>]*>([^<]*)</g)) {
			ok(measure(String(size), Number(text), 400) <= width);
		}
	});

	it("one vote of ten thousand still shows, none shows nothing", () => {
		const fills = (share: number) => picture({ bars: [bar("x", share)] }).svg.split("<rect").length;
		equal(fills(0.0001), fills(1));
		equal(fills(0), fills(1) - 1);
	});
});

describe("[U8] text in lines", () => {
	const type = { size: 10, weight: 400, colour: "#000" };

	it("breaks between words, and within one that is longer than a line", () => {
		deepEqual(linesOf("a bc def", type, 20, measure), ["a bc", "def"]);
		deepEqual(linesOf("ab abcdefghij k", type, 20, measure), ["ab", "abcd", "efgh", "ij k"]);
		deepEqual(linesOf("", type, 20, measure), []);
	});

	it("leaves a character of several code points whole", () => {
		deepEqual(linesOf("👩‍👩‍👧e\u0301", type, 1, measure), ["👩‍👩‍👧", "e\u0301"]);
	});
});
