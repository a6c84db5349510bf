/** Requests over HTTP that no client sends: in pieces, in rows, in doubt about where they end. */
import type { Random } from "../simulation/random.ts";

const METHODS = [
	"GET",
	"POST",
	"PUT",
	"DELETE",
	"HEAD",
	"OPTIONS",
	"PATCH",
	"TRACE",
	"CONNECT",
	"BREW",
	"get",
	"",
];
const TARGETS = [
	"*",
	"/",
	"//",
	"/\\",
	"/%",
	"/%00",
	"/?",
	"/#",
	"http://x/api/polls",
	"x:443",
	"/api/polls",
	"/metrics",
];
const VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/11", ""];
const BODY = '{"question":"Which?","options":["a","b"]}';
/** Where two readers may disagree about where a request ends. */
const SMUGGLING = [
	`Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`,
	`Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
	`Content-Length: 3\r\nContent-Length: 40\r\n\r\n{}\n`,
	`Content-Length: +4\r\n\r\n{}\r\n`,
	`Content-Length: -1\r\n\r\n`,
	`Content-Length: 4, 4\r\n\r\n{}\r\n`,
	`Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
	`Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
	`Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
	`Transfer-Encoding:\tchunked\r\n\r\nffffffffffffffff\r\n`,
	`Transfer-Encoding: chunked\r\n\r\n5;ext="\r\n\r\n"\r\nhello\r\n0\r\n\r\n`,
	`Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n0\r\nAuthorization: Bearer x\r\n\r\n`,
	`Transfer\n-Encoding: chunked\n\n0\n\n`,
	`Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n`,
	`Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
	`Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 7\r\n\r\n`,
	`Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n`,
];

/** The text of one or several requests, ready to be written to a socket. */
export function hostileRequests(random: Random, code: string): string {
	const pipelined = random.chance(0.2) ? random.int(2, 30) : 1;
	return Array.from({ length: pipelined }, () => hostileRequest(random, code)).join("");
}

function hostileRequest(random: Random, code: string): string {
	const target = random.pick([
		...TARGETS,
		`/api/polls/${code}`,
		`/api/polls/${code}/seats`,
		`/api/polls/${code}/${garbage(random, 20)}`,
		`/${garbage(random, 200)}`,
	]);
	const line = `${random.pick(METHODS)} ${target} ${random.pick(VERSIONS)}\r\n`;
	const proper = `${random.pick(["GET", "POST"])} ${target.startsWith("/") ? target : "/"} HTTP/1.1\r\n`;
	const head = `${random.chance(0.5) ? line : proper}Host: x\r\nContent-Type: application/json\r\n`;
	if (random.chance(0.4)) return head + random.pick(SMUGGLING);
	const headers = Array.from({ length: random.int(0, 8) }, () => header(random)).join("");
	const body = mutated(BODY, random);
	const length = random.chance(0.8) ? Buffer.byteLength(body) : random.int(0, 5_000);
	const whole = `${head}${headers}Content-Length: ${length}\r\n\r\n${body}`;
	return random.chance(0.2) ? whole.slice(0, random.int(0, whole.length)) : whole;
}

function header(random: Random): string {
	const name = random.pick([
		"Authorization",
		"X-Request-Id",
		"Origin",
		"Accept-Encoding",
		"Range",
		"If-None-Match",
		garbage(random, 12),
	]);
	return `${name}: ${garbage(random, random.chance(0.05) ? 20_000 : 40)}\r\n`;
}

function mutated(text: string, random: Random): string {
	const place = random.int(0, text.length);
	return text.slice(0, place) + (random.chance(0.7) ? garbage(random, 6) : "") + text.slice(place);
}

function garbage(random: Random, lengthMax: number): string {
	const length = random.int(1, lengthMax);
	const oddities = random.chance(0.3);
	return Array.from({ length }, () =>
		String.fromCharCode(oddities ? random.int(1, 255) : random.int(33, 126)),
	).join("");
}
