/** `npm run db:migrate` and `npm run db:rollback`. Where the database is comes from the caller, who reads the environment. */
import { parseArgs } from "node:util";
import type { Database } from "./database.ts";
import { type MigrationReport, migrate, rollback } from "./migrate.ts";
import { type DatabaseOptions, openDatabase } from "./open-database.ts";
import type { StorageLog } from "./storage-log.ts";

const help = `Usage: npm run db:migrate
       npm run db:rollback [-- --to N]

migrate    brings the database to the newest schema version
rollback   takes it one version back, or down to version N; the data of what is dropped is gone

The database is the one at DATABASE_URL, or the embedded one under DATA_DIR.`;

const quiet: StorageLog = { info() {}, warn() {}, error() {} };

/** `argv` is `["migrate" | "rollback", ...options]`. Prints lines for people; resolves to the exit code. */
export async function runMigrationCli(
	argv: readonly string[],
	settings: DatabaseOptions & { readonly acceptNewerSchema?: boolean },
	print: (line: string) => void,
): Promise<number> {
	const command = parse(argv, { acceptNewer: settings.acceptNewerSchema ?? false });
	if (typeof command === "string") {
		print(command);
		return command === help ? 0 : 2;
	}
	try {
		const database = await openDatabase(settings, quiet);
		try {
			const report = await command.run(database);
			for (const line of linesOf(report)) print(line);
			return 0;
		} finally {
			await database.close();
		}
	} catch (error) {
		print(
			error instanceof Error && error.message !== ""
				? error.message
				: `The database cannot be reached: ${codeOf(error)}`,
		);
		return 1;
	}
}

function parse(
	argv: readonly string[],
	accepting: { readonly acceptNewer: boolean },
): { run(database: Database): Promise<MigrationReport> } | string {
	try {
		const { values, positionals } = parseArgs({
			args: [...argv],
			options: { help: { type: "boolean", short: "h" }, to: { type: "string" } },
			allowPositionals: true,
		});
		if (values.help === true) return help;
		const [verb, ...rest] = positionals;
		if (verb === "migrate" && rest.length === 0 && values.to === undefined) {
			return { run: (database) => migrate(database, accepting) };
		}
		if (verb !== "rollback" || rest.length > 0)
			return `Not understood: ${argv.join(" ")}\n\n${help}`;
		if (values.to === undefined) return { run: rollback };
		if (!/^\d{1,6}$/.test(values.to)) return `--to takes a version number, not "${values.to}".`;
		const to = Number(values.to);
		return { run: (database) => rollback(database, to) };
	} catch (error) {
		return `${(error as Error).message}\n\n${help}`;
	}
}

function linesOf({ from, to, applied }: MigrationReport): readonly string[] {
	if (applied.length === 0) return [`Nothing to do: the database has schema version ${to}.`];
	return [
		...applied.map((file) => `Applied ${file}`),
		`The database went from schema version ${from} to ${to}.`,
	];
}

/** A refused connection to a name with several addresses has an empty message. */
function codeOf(error: unknown): string {
	return String((error as { code?: unknown }).code ?? error);
}
