/** Where the same network reaches this machine. */
import { networkInterfaces } from "node:os";

const ALL = new Set([undefined, "0.0.0.0", "::"]);

/** IPv4 addresses. @param host the address that is listened on; `undefined`: all of the machine's. */
export function lanAddresses(host: string | undefined): string[] {
	const own = Object.values(networkInterfaces())
		.flatMap((addresses) => addresses ?? [])
		.filter(({ family, internal }) => family === "IPv4" && !internal)
		.map(({ address }) => address);
	return ALL.has(host) ? own : own.filter((address) => address === host);
}
