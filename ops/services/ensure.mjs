/**
 * The servers that the e2e tests start for themselves: found, or installed where this may be done
 * without asking. Plain Node without packages, because it runs before anything is built.
 */
import { ensureProgram, searchPath } from "./ensure-program.mjs";

/** The path of redis-server or valkey-server; throws an Error of one line that says what to do. */
export function ensureRedis(folders = searchPath()) {
	const packages = { debian: "redis-server", fedora: "valkey", macos: "redis" };
	return ensureProgram("Redis", ["redis-server", "valkey-server"], packages, folders);
}

/** The path of pg_dump, and with it of the server; throws an Error of one line that says what to do. */
export function ensurePostgres(folders = searchPath()) {
	const packages = { debian: "postgresql", fedora: "postgresql-server", macos: "postgresql" };
	return ensureProgram("PostgreSQL", ["pg_dump"], packages, folders);
}

/** The path of gpg; throws an Error of one line that says what to do. */
export function ensureGpg(folders = searchPath()) {
	const packages = { debian: "gnupg", fedora: "gnupg2", macos: "gnupg" };
	return ensureProgram("gpg", ["gpg"], packages, folders);
}

/** The path of nginx; throws an Error of one line that says what to do. */
export function ensureNginx(folders = searchPath()) {
	const packages = { debian: "nginx-light", fedora: "nginx", macos: "nginx" };
	return ensureProgram("nginx", ["nginx"], packages, folders);
}
