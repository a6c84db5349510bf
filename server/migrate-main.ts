/** `npm run db:migrate` and `npm run db:rollback`. */
import { readConfig } from "./config.ts";
import { explainStartFailure } from "./start-failure.ts";
import { runMigrationCli } from "./storage/cli.ts";

try {
	process.exitCode = await runMigrationCli(process.argv.slice(2), readConfig(), console.log);
} catch (cause) {
	console.error(explainStartFailure(cause));
	process.exitCode = 1;
}
