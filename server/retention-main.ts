/** `npm run retention`: sweeps now, or says what a sweep would take away. */
import { parseArgs } from "node:util";
import { catalog } from "./catalog/catalog.ts";
import { retention } from "./catalog/retention.ts";
import { readConfig } from "./config.ts";
import { explainStartFailure } from "./start-failure.ts";
import { openDatabase } from "./storage/open-database.ts";

const help = `Usage: npm run retention [-- --dry-run]

Deletes polls RETENTION_DAYS after their last activity (or earlier, where their host chose so) and
lines of the audit log after AUDIT_RETENTION_DAYS. A running server does the same once an hour;
polls that are live anywhere are kept.

--dry-run   lists the polls that would go, and deletes nothing`;

try {
	process.exitCode = await run(process.argv.slice(2));
} catch (cause) {
	console.error(explainStartFailure(cause));
	process.exitCode = 1;
}

async function run(args: readonly string[]): Promise<number> {
	const wanted = read(args);
	if (typeof wanted === "string") {
		console.log(wanted);
		return wanted === help ? 0 : 2;
	}
	const config = readConfig();
	const database = await openDatabase(config, { info() {}, warn() {}, error() {} });
	try {
		const sweeper = retention({
			database,
			catalog: catalog(database),
			periods: { pollDays: config.retentionDays, auditDays: config.auditRetentionDays },
			wallClock: Date.now,
			inUse: () => [],
		});
		if (wanted.isDryRun) {
			const due = await sweeper.due();
			for (const { code, lastActivityAt } of due) {
				console.log(`${code}  last used ${lastActivityAt.toISOString()}`);
			}
			console.log(`${due.length} polls would be deleted; nothing was.`);
		} else {
			const { polls, auditRows } = await sweeper.sweep();
			console.log(`Deleted ${polls} polls and ${auditRows} lines of the audit log.`);
		}
		return 0;
	} finally {
		await database.close();
	}
}

function read(args: readonly string[]): { readonly isDryRun: boolean } | string {
	try {
		const { values } = parseArgs({
			args: [...args],
			options: { "dry-run": { type: "boolean" }, help: { type: "boolean", short: "h" } },
		});
		return values.help ? help : { isDryRun: values["dry-run"] ?? false };
	} catch (error) {
		return `${(error as Error).message}\n\n${help}`;
	}
}
