/** Why the server did not start, in a line that names what to change. */
import { ConfigError } from "./config.ts";

export function explainStartFailure(cause: unknown): string {
	if (cause instanceof ConfigError) return `Plenum cannot start: ${cause.message}`;
	const { code, port } = cause as { code?: string; port?: number };
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
			return `Plenum cannot start: ${cause instanceof Error ? cause.message : String(cause)}`;
	}
}
