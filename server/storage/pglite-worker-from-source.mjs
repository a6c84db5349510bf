// Not part of the build. `node --import tsx` does not reach into worker threads (tsx 4.23 on
// Node 20.20), so from source the worker starts here and learns TypeScript by tsx's API.
import { register } from "tsx/esm/api";

register();
await import("./pglite-worker.ts");
