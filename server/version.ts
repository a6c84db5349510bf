/** The version of what is running, out of its own package.json. */
import { readFileSync } from "node:fs";
import { z } from "zod";

/** Beside the folder of the sources; the compiled server lies one folder deeper. */
const file = new URL(
	import.meta.url.endsWith(".ts") ? "../package.json" : "../../package.json",
	import.meta.url,
);

export const version: string = z
	.object({ version: z.string() })
	.parse(JSON.parse(readFileSync(file, "utf8"))).version;
