/** `node ops/run.mjs FILE [ARGUMENTS]`: prepares the checkout, then runs dist/FILE. */
import { launch } from "./prepare.mjs";

const [entry, ...args] = process.argv.slice(2);
await launch(entry, args);
