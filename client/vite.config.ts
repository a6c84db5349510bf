/**
 * Builds the pages. One entry, a chunk a page; for each page an HTML file of its own that names
 * the page's chunks, so that a phone fetches them at once instead of one after the other.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin, type Rolldown } from "vite";

/** HTML file by the module of its page; the server picks the file by the route. */
const PAGES = {
	home: "pages/home/home-page.tsx",
	join: "pages/phone/phone-page.tsx",
	new: "pages/host-new/host-new-page.tsx",
	host: "pages/host/host-page.tsx",
	projector: "pages/projector/projector-page.tsx",
	results: "pages/results/results-page.tsx",
};

export default defineConfig({
	root: import.meta.dirname,
	base: "/",
	publicDir: false,
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	build: {
		target: "es2022",
		outDir: "../dist/client",
		// tsc has put the session layer there, for the programs in ops/.
		emptyOutDir: false,
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		reportCompressedSize: false,
	},
	plugins: [withoutEval(), pagesOfTheirOwn(), compressed()],
	server: { proxy: { "/api": { target: "http://localhost:2567", ws: true } } },
});

/**
 * msgpackr compiles readers with `new Function` and falls back when it may not; under our CSP
 * each try would be reported. The replacement is the one of its own `no-eval` build.
 */
function withoutEval(): Plugin {
	return {
		name: "plenum:without-eval",
		transform(code, id) {
			if (!/\/msgpackr\/unpack\.js$/.test(id)) return undefined;
			return { code: code.replace("new Function(", "new BlockedFunction("), map: null };
		},
	};
}

function pagesOfTheirOwn(): Plugin {
	return {
		name: "plenum:pages",
		enforce: "post",
		generateBundle(_options, bundle) {
			const index = bundle["index.html"];
			if (index?.type !== "asset") throw new Error("index.html was not built");
			for (const [name, module] of Object.entries(PAGES)) {
				const source = String(index.source).replace("</head>", `${tags(bundle, module)}</head>`);
				this.emitFile({ type: "asset", fileName: `${name}.html`, source });
			}
			delete bundle["index.html"];
		},
	};
}

function tags(bundle: Rolldown.OutputBundle, module: string): string {
	const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
	const page = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/${module}`));
	if (page === undefined) throw new Error(`no chunk was built of ${module}`);
	const needed = new Set<string>();
	const collect = (fileName: string) => {
		if (needed.has(fileName)) return;
		needed.add(fileName);
		for (const chunk of chunks) if (chunk.fileName === fileName) chunk.imports.forEach(collect);
	};
	collect(page.fileName);
	const shared = chunks.filter(({ fileName, isEntry }) => needed.has(fileName) && !isEntry);
	return shared
		.flatMap(({ fileName, viteMetadata }) => [
			...[...(viteMetadata?.importedCss ?? [])].map(
				(css) => `<link rel="stylesheet" crossorigin href="/${css}">\n\t`,
			),
			`<link rel="modulepreload" crossorigin href="/${fileName}">\n\t`,
		])
		.join("");
}

/** `.br` and `.gz` beside each asset: without a proxy in front, nobody else compresses them. */
function compressed(): Plugin {
	return {
		name: "plenum:compressed",
		writeBundle({ dir = "" }) {
			const assets = join(dir, "assets");
			for (const name of readdirSync(assets)) {
				if (!/\.(js|css|svg)$/.test(name)) continue;
				const bytes = readFileSync(join(assets, name));
				writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes));
				writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
			}
		},
	};
}
