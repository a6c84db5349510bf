/** Looks at a screen: axe in both colour schemes, and pictures into a folder that git ignores. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { type Size, sizes } from "./browser.ts";
import type { Visitor } from "./people.ts";

export const SCREENS = fileURLToPath(new URL("../screens/", import.meta.url));

const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Fails with every violation that axe finds, at the first of the sizes, in either scheme. Pictures:
 * both schemes at the first size, the light one at the others.
 */
export async function inspect(
	visitor: Visitor,
	name: string,
	[first, ...others]: readonly [Size, ...Size[]] = ["phone", "laptop", "projector"],
): Promise<void> {
	const { page } = visitor;
	mkdirSync(SCREENS, { recursive: true });
	const before = page.viewportSize();
	const take = async (size: Size, scheme: "light" | "dark"): Promise<void> => {
		const path = join(SCREENS, `${name}-${size}-${scheme}.png`);
		await page.screenshot({ path, animations: "disabled" });
	};
	await page.setViewportSize(sizes[first]);
	const found: string[] = [];
	// The same elements in other colours: the second time only those are looked at.
	for (const [scheme, rules] of [["dark", RULES] as const, ["light", COLOUR_RULES] as const]) {
		// Still: colours and bars are looked at where they end.
		await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
		await page.evaluate(endMotion);
		for (const violation of await violations(page, rules)) found.push(`${scheme}: ${violation}`);
		await take(first, scheme);
	}
	for (const size of others) {
		await page.setViewportSize(sizes[size]);
		await take(size, "light");
	}
	if (before !== null) await page.setViewportSize(before);
	await page.emulateMedia({ colorScheme: null, reducedMotion: null });
	assert.deepEqual(found, [], `axe on ${name}`);
}

/** A change of scheme may slide; what never ends has no end to go to. */
function endMotion(): void {
	for (const animation of document.getAnimations()) {
		if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
	}
}

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** One line an offence: the rule, why, and where. */
async function violations(page: Page, rules: readonly string[]): Promise<readonly string[]> {
	await page.evaluate(`globalThis.axe ?? (() => { ${axeSource} })()`);
	const results = (await page.evaluate(
		`axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ["violations"], preload: false })`,
	)) as AxeResults;
	assert.ok(results.passes.length > 0, "axe found something to look at");
	return results.violations.flatMap(({ id, help, nodes }) =>
		nodes.map(
			({ html, failureSummary = "" }) => `${id}: ${help}\n    ${html}\n    ${failureSummary}`,
		),
	);
}
