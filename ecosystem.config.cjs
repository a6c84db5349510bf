/**
 * For pm2: one server process a port, with nginx in front (ops/nginx/plenum.conf).
 *
 *   pm2 start  ecosystem.config.cjs     PLENUM_PROCESSES of them, else one a processor
 *   pm2 reload ecosystem.config.cjs     one after the other, each drained before it goes
 *
 * Build first: `npm run build`. pm2 hands its own environment on, DATABASE_URL and all; and
 * `pm2 save` writes it to a file, so name secrets by DATABASE_URL_FILE, REDIS_URL_FILE, HOST_KEY_FILE.
 */
const { availableParallelism } = require("node:os");

const FIRST_PORT = 2601;
const PROCESSES_MAX = 99;

actOneAfterTheOther();
const count = readCount(process.env);

module.exports = {
	apps: Array.from({ length: count }, (_, index) => {
		const port = FIRST_PORT + index;
		return {
			name: `plenum-${port}`,
			script: "dist/server/main.js",
			cwd: __dirname,
			exec_mode: "fork",
			node_args: "--enable-source-maps",
			env: {
				NODE_ENV: "production",
				PORT: String(port),
				HOST: "127.0.0.1",
				PUBLIC_ADDRESS: `/w/${port}`,
				TRUSTED_PROXIES: "loopback",
			},
			// It says "ready" once it listens; migrations may come first.
			wait_ready: true,
			listen_timeout: 60_000,
			// Draining takes up to 20 seconds, after which the process ends itself.
			kill_timeout: 25_000,
			// Some hundred MB hold the fullest polls; past this something leaks.
			max_memory_restart: "1500M",
			exp_backoff_restart_delay: 200,
			// Neither pm2's probes inside the process nor a look into git.
			pmx: false,
			vizion: false,
		};
	}),
};

function readCount({ PLENUM_PROCESSES, ...given }) {
	const count = Number(PLENUM_PROCESSES || availableParallelism());
	if (!Number.isInteger(count) || count < 1 || count > PROCESSES_MAX) {
		throw new Error(`PLENUM_PROCESSES must be a whole number from 1 to ${PROCESSES_MAX}`);
	}
	const missing = ["DATABASE_URL", "REDIS_URL"].filter(
		(name) => !given[name] && !given[`${name}_FILE`],
	);
	if (count > 1 && missing.length > 0) {
		throw new Error(
			`${count} processes share a database and a Redis: set ${missing.join(" and ")}, or PLENUM_PROCESSES=1`,
		);
	}
	return count;
}

/**
 * pm2 acts on two apps at a time unless PM2_CONCURRENT_ACTIONS says otherwise, and it has read that
 * before it reads this file. With two processes a reload would take both away at once.
 */
function actOneAfterTheOther() {
	const path = Object.keys(require.cache).find((it) => /[\\/]pm2[\\/]constants\.js$/.test(it));
	const constants = path && require.cache[path]?.exports;
	if (constants?.CONCURRENT_ACTIONS) constants.CONCURRENT_ACTIONS = 1;
}
