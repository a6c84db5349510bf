/**
 * `node secrets.mjs FOLDER`: what the services of docker-compose.yml tell nobody else, made once.
 * Each folder below FOLDER is a volume of exactly those who need it. What is there is kept.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = process.argv[2];
if (root === undefined) {
	console.error("secrets.mjs: name the folder");
	process.exit(2);
}

const database = made("database/password");
const redis = made("redis/password");
const ops = made("ops/ops-token");
made("grafana/password");
write("redis/redis.conf", `requirepass ${redis}\n`);
for (const reader of ["plenum", "backup"]) {
	write(`${reader}/database-url`, `postgres://plenum:${database}@postgres:5432/plenum\n`);
}
write("plenum/redis-url", `redis://:${redis}@redis:6379\n`);
write("plenum/ops-token", `${ops}\n`);

/** 32 characters that need no escaping in an address; those of before when there are any. */
function made(name) {
	const path = join(root, name);
	if (!existsSync(path)) write(name, `${randomBytes(24).toString("base64url")}\n`);
	return readFileSync(path, "utf8").trim();
}

/**
 * Everybody may read it, in a volume that only its services see: each runs as a user of its own. Its
 * owner may write it again: root without capabilities is held to that.
 */
function write(name, text) {
	const path = join(root, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
	chmodSync(path, 0o644);
}
