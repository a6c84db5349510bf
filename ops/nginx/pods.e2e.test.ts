import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket, WebSocketServer } from "ws";
import { freePort } from "../services/free-port.ts";
import { checkNginx, startNginx } from "../services/nginx-server.ts";
import { type DnsServer, startDnsServer } from "./test-support/dns-server.ts";

const SERVICE = "plenum-pods.somewhere.svc.cluster.local";
/** Addresses of this machine, as each pod has one of its own. */
const PODS = ["127.0.0.21", "127.0.0.22"];

describe("nginx in front of pods", () => {
	const cleanups: (() => unknown)[] = [];
	let dns: DnsServer;
	let origin: string;
	let heard: IncomingHttpHeaders[];
	let template: string;
	let directory: string;

	before(async () => {
		template = await readFile(new URL("../k8s/base/nginx.conf.template", import.meta.url), "utf8");
	});

	beforeEach(async () => {
		heard = [];
		directory = await mkdtemp(join(tmpdir(), "plenum-pods-"));
		cleanups.push(() => rm(directory, { recursive: true, force: true }));
		const port = await freePort();
		for (const address of PODS) await startPod(address, port);
		const names = PODS.map((address, index) => [`plenum-${index}.${SERVICE}`, address] as const);
		dns = await startDnsServer(new Map(names));
		cleanups.push(() => dns.stop());
		const listenPort = await freePort();
		origin = `http://127.0.0.1:${listenPort}`;
		const site = filledIn({ port, listenPort, behind: "127.0.0.1/32 1" });
		const nginx = await startNginx({ directory, site });
		cleanups.push(() => nginx.stop());
	});

	afterEach(async () => {
		for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
	});

	it("[O18] a WebSocket below /w/N/ reaches exactly pod N, by a name that is looked up while it runs", async () => {
		for (const pod of [0, 1, 0]) {
			const socket = new WebSocket(`${origin}/w/${pod}/process/room?sessionId=secret`);
			const [greeting] = await once(socket, "message");
			assert.equal(String(greeting), `${PODS[pod]} /process/room?sessionId=secret`);
			socket.close();
			await once(socket, "close");
		}
		assert.deepEqual(new Set(dns.asked), new Set(PODS.map((_, pod) => `plenum-${pod}.${SERVICE}`)));
	});

	it("[O18] a pod that is not there is an error, and what is no upgrade is 404", async () => {
		const socket = new WebSocket(`${origin}/w/7/process/room`);
		const [error] = await once(socket, "error");
		assert.match(error.message, /50[234]/);
		assert.equal((await fetch(`${origin}/w/0/metrics`)).status, 404);
		assert.equal((await fetch(`${origin}/w/0000/x`)).status, 404);
		assert.equal((await fetch(`${origin}/w/0.evil/x`)).status, 404);
		assert.deepEqual(heard, []);
	});

	it("[O19] a load balancer's word on the caller is believed", async () => {
		const headers = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
		assert.equal((await fetch(origin, { headers })).status, 200);
		assert.equal(heard[0]?.["x-forwarded-for"], "203.0.113.9");
		assert.equal(heard[0]?.["x-forwarded-proto"], "https");
	});

	it("[O19] nobody else's is", async () => {
		await cleanups.pop()?.();
		const [port, listenPort] = [await freePort(), await freePort()];
		await startPod(PODS[0] ?? "", port);
		const site = filledIn({ port, listenPort, behind: "192.0.2.0/24 1" });
		const nginx = await startNginx({ directory, site });
		cleanups.push(() => nginx.stop());
		const headers = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
		await fetch(`http://127.0.0.1:${listenPort}`, { headers });
		assert.equal(heard[0]?.["x-forwarded-for"], "127.0.0.1");
		assert.equal(heard[0]?.["x-forwarded-proto"], "http");
	});

	it("[O10] nginx accepts the configuration of docker-compose.yml, but for what it knows from 1.27.3 on", async () => {
		const text = await readFile(new URL("../docker/nginx.conf", import.meta.url), "utf8");
		const known = text.replace(/server plenum-(\d):(\d+) resolve/g, "server 127.0.0.2$1:$2");
		assert.notEqual(known, text);
		const elsewhere = known
			.replace("listen 8080;", `listen ${await freePort()};`)
			.replace("/dev/stdout", "access.log")
			.replace("/dev/stderr", "error.log");
		await checkNginx(join(directory, "compose"), elsewhere);
	});

	/** As nginx's image does it; the upstream's names are addresses, because not every nginx looks them up. */
	function filledIn(own: { port: number; listenPort: number; behind: string }): string {
		const upstream = PODS.map((address) => `server ${address}:${own.port} max_fails=0;`).join("\n");
		const [network = ""] = own.behind.split(" ");
		return template
			.replace(/server \S+:2567 resolve max_fails=0;/, upstream)
			.replaceAll(":2567", `:${own.port}`)
			.replaceAll(`\${POD_NAMESPACE}`, "somewhere")
			.replaceAll(`\${NGINX_LOCAL_RESOLVERS}`, `127.0.0.1:${dns.port}`)
			.replace("listen 8080;", `listen ${own.listenPort};`)
			.replace("10.0.0.0/8 1;", `${own.behind};`)
			.replace("set_real_ip_from 10.0.0.0/8;", `set_real_ip_from ${network};`)
			.replace("/dev/stdout", "access.log")
			.replace("/dev/stderr", "error.log");
	}

	async function startPod(address: string, port: number): Promise<void> {
		const server = createServer(({ headers }, response) => {
			heard.push(headers);
			response.end("fine");
		});
		const sockets = new WebSocketServer({ server });
		sockets.on("connection", (socket, { url }) => socket.send(`${address} ${url}`));
		server.listen(port, address);
		await once(server, "listening");
		cleanups.push(async () => {
			for (const socket of sockets.clients) socket.terminate();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		});
	}
});
