/** Why the server did not start, in a line that names what to change. */
import { RedisUnreachableError } from "./cluster/redis-link.ts";
import { ConfigError } from "./config.ts";

export function explainStartFailure(cause: unknown): string {
	if (cause instanceof ConfigError) return `Plenum cannot start: ${cause.message}`;
	if (cause instanceof RedisUnreachableError) {
		return "Plenum cannot start: no Redis answers at REDIS_URL, or it refuses the password.";
	}
	const { code, port, syscall } = cause as { code?: string; port?: number; syscall?: string };
	if (syscall === "mkdir") {
		return `Plenum cannot start: DATA_DIR cannot be made or written to (${code}).`;
	}
	const message = cause instanceof Error ? cause.message : String(cause);
	switch (code) {
		case "EADDRINUSE":
			return `Plenum cannot start: port ${port} is in use. Stop the other program or set PORT.`;
		case "EACCES":
			return `Plenum cannot start: it may not listen on port ${port}. Set PORT to 1024 or higher.`;
		case "ECONNREFUSED":
		case "ENOTFOUND":
		case "ETIMEDOUT":
		case "EAI_AGAIN":
			return `Plenum cannot start: no database answers at DATABASE_URL (${code}).`;
		case "28P01":
		case "28000":
			return "Plenum cannot start: the database refuses the user or password of DATABASE_URL.";
		case "3D000":
			return "Plenum cannot start: the database named in DATABASE_URL does not exist.";
		default:
			// node-postgres gives no code when a server accepts and then says nothing, or not what it should.
			return /^(Connection terminated|timeout )/.test(message)
				? "Plenum cannot start: no database answers at DATABASE_URL."
				: `Plenum cannot start: ${message}`;
	}
}
