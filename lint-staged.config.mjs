/** What the pre-commit hook runs. `tsc` takes no file list: types are a property of the whole. */
export default {
	"*.{ts,tsx,mjs,cjs,json,css}":
		"biome check --write --error-on-warnings --no-errors-on-unmatched --files-ignore-unknown=true",
	"*.{ts,tsx}": () => "tsc -p tsconfig.json",
};
