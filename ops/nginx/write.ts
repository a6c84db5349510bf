/** `npx tsx ops/nginx/write.ts`: writes the configurations that are kept in files. */
import { writeFileSync } from "node:fs";
import { kept } from "./kept.ts";
import { render } from "./render.ts";

for (const [path, site] of Object.entries(kept)) {
	writeFileSync(new URL(`../${path}`, import.meta.url), render(site));
}
