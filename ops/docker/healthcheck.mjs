/** The image's health check: ends with 0 when this process answers that it lives. Plain Node, no curl. */
const { PORT, HOST } = process.env;
const ANSWER_WITHIN_MS = 2_500;

try {
	const host = HOST?.includes(":") ? `[${HOST}]` : HOST || "127.0.0.1";
	const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
	const { ok } = await fetch(`http://${host}:${PORT || 2567}/health/live`, { signal });
	process.exitCode = ok ? 0 : 1;
} catch (error) {
	console.error(error.cause?.message ?? error.message);
	process.exitCode = 1;
}
