/** What is printed once the server listens: where hosts and phones go. */
import type { Config } from "./config.ts";
import { lanAddresses } from "./lib/lan-addresses.ts";

export function greeting(port: number, { host, databaseUrl, dataDir }: Config): string {
	const lan = lanAddresses(host);
	const phones = lan.map((address) => `  on the same network  http://${address}:${port}`);
	const here = host !== undefined && lan.includes(host) ? host : "localhost";
	const storage =
		databaseUrl === undefined
			? `embedded database in ${dataDir} (survives a crash of this process; for more set DATABASE_URL)`
			: "PostgreSQL";
	return [
		"",
		"Plenum is listening.",
		`  on this machine      http://${here}:${port}`,
		...phones,
		`  votes are kept in    ${storage}`,
		"",
	].join("\n");
}
