/** Switches single controls of a built server off, by other exports for some of its modules. */

const HOOK = new URL("./attack-override-hook.mjs", import.meta.url).href;

/**
 * The environment of a server for which these modules export something else.
 *
 * @param overrides by path below dist/ without extension, or by package: the text of a module that
 * finds the real one as `original`, and whose exports go before that one's.
 */
export function withOverrides(overrides: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
	return { NODE_OPTIONS: `--import=${HOOK}`, TEST_OVERRIDES: JSON.stringify(overrides) };
}
