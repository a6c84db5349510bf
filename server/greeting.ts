/** What is printed once the server listens: where hosts and phones go. */
import { networkInterfaces } from "node:os";
import type { Config } from "./config.ts";

export function greeting(port: number, { databaseUrl, dataDir }: Config): string {
	const phones = lanAddresses().map(
		(address) => `  on the same network  http://${address}:${port}`,
	);
	const storage =
		databaseUrl === undefined
			? `embedded database in ${dataDir} (survives a crash of this process; for more set DATABASE_URL)`
			: "PostgreSQL";
	return [
		"",
		"Plenum is listening.",
		`  on this machine      http://localhost:${port}`,
		...phones,
		`  votes are kept in    ${storage}`,
		"",
	].join("\n");
}

function lanAddresses(): string[] {
	return Object.values(networkInterfaces())
		.flatMap((addresses) => addresses ?? [])
		.filter(({ family, internal }) => family === "IPv4" && !internal)
		.map(({ address }) => address);
}
