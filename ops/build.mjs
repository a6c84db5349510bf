/** `npm run build`: installs what is missing and compiles into dist/, whether or not it seems fresh. */
import { prepare } from "./prepare.mjs";

await prepare({ rebuild: true });
