/** `npm start`: installs and builds what is missing, then becomes the server. */
import { launch } from "./prepare.mjs";

await launch("server/main.js", process.argv.slice(2));
