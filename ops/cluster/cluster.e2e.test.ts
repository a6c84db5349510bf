import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { hostPoll } from "../../client/src/session/host-session.ts";
import { memoryStore } from "../../client/src/session/key-value-store.ts";
import { joinPoll } from "../../client/src/session/poll-session.ts";
import { WireClient } from "../../server/test/support/wire-client.ts";
import { freePort, isFree } from "../services/free-port.ts";
import { embeddedBinaries } from "../services/test-support/embedded-binaries.ts";

const MAIN = fileURLToPath(new URL("../../dist/ops/cluster/main.js", import.meta.url));
const SETTLED_WITHIN_MS = 30_000;

describe("npm run cluster, whole", function () {
	this.timeout(180_000);
	const sessions: { leave(): void }[] = [];
	const running = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();
	let binaries: string;
	let copied: string;
	let directory: string;
	let port: number;
	let origin: string;

	before(async () => {
		copied = await mkdtemp(join(tmpdir(), "plenum-binaries-"));
		await chmod(copied, 0o755);
		binaries = await embeddedBinaries(copied);
	});

	after(() => rm(copied, { recursive: true, force: true }));

	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), "plenum-cluster-"));
		port = await freePort();
		origin = `http://127.0.0.1:${port}`;
	});

	afterEach(async () => {
		for (const session of sessions.splice(0)) session.leave();
		for (const child of running) {
			child.kill("SIGTERM");
			await once(child, "exit");
		}
		await rm(directory, { recursive: true, force: true });
	});

	it("[O31] serves polls through one address, and they outlive kill -9, a rolling restart and a stop", async () => {
		const cluster = start();
		await cluster.said(/Open {2}http:\/\/localhost:\d+\n/);
		const { code, hostToken } = await new WireClient(origin).create({
			title: "Cluster",
			questions: [{ prompt: "Tea or coffee?", options: ["Tea", "Coffee"] }],
		});
		const host = await hostPoll({ origin, code, hostToken, store: memoryStore() });
		const person = await joinPoll({ origin, code, nickname: "Ada", store: memoryStore() });
		sessions.push(host, person);
		const question = host.snapshot.questions[0];
		assert.ok(question !== undefined);
		await host.openQuestion(question.id);
		const vote = async (choice: number) => {
			const isOpen = () => person.snapshot.questions.some(({ status }) => status === "open");
			while (!isOpen()) await new Promise((resolve) => setTimeout(resolve, 20));
			person.vote(question.id, [choice]);
			assert.equal(await person.whenSettled(SETTLED_WITHIN_MS), true);
			assert.equal(person.ballot(question.id).status, "saved");
		};
		await vote(0);

		const pids = cluster.pids();
		assert.equal(pids.length, 2);
		for (const pid of pids) {
			process.kill(pid, "SIGKILL");
			await cluster.said(/died \(SIGKILL\).*is back\n/s);
			cluster.forget();
			await vote(1);
		}

		const visits = visitUntil(code, cluster.said(/every process was restarted\n/));
		cluster.type("r\n");
		const answers = await visits;
		assert.ok(answers.length > 20);
		assert.deepEqual(
			answers.filter(({ status }) => status >= 500),
			[],
		);
		await vote(0);
		const results = await host.results();
		assert.deepEqual(
			results.questions[0]?.options.map(({ votes }) => votes),
			[1, 0],
		);
		await cluster.stop("SIGTERM");

		const again = start();
		await again.said(/Open /);
		const answer = await fetch(`${origin}/api/polls/${code}`);
		assert.equal(answer.status, 200);
		assert.equal((await answer.json()).participants, 1);
		await again.stop("SIGINT");
	});

	it("[O32] leaves nothing when it is interrupted while it starts, wherever it is", async () => {
		for (const moment of [/starting PostgreSQL/, /starting Redis/, /starting the process/]) {
			const cluster = start();
			await cluster.said(moment);
			await cluster.stop("SIGINT");
		}
	});

	it("[O32] a port in use is one line, and leaves nothing", async () => {
		const first = start();
		await first.said(/starting nginx/);
		await first.said(/Open /);
		const second = start();
		assert.equal(await second.ended, 1);
		assert.match(second.output(), /^plenum cluster: nginx cannot have port \d+: .*$/m);
		await first.stop("SIGTERM");
	});

	interface Visit {
		readonly path: string;
		readonly status: number;
		readonly body: string;
	}

	/** Polls are created, looked at and joined all the while; resolves to the answers. */
	async function visitUntil(code: string, end: Promise<void>): Promise<readonly Visit[]> {
		const visits: Visit[] = [];
		const visitor = new WireClient(origin);
		let isOver = false;
		const ended = end.finally(() => {
			isOver = true;
		});
		const visit = async (path: string, body?: object) => {
			const { status, text } = await visitor.http(body ? "POST" : "GET", path, body);
			visits.push({ path, status, body: text });
		};
		while (!isOver) {
			await visit("/api/polls", { question: "Tea?", options: ["Yes", "No"] });
			await visit(`/api/polls/${code}`);
			await visit(`/api/polls/${code}/seats`, { nickname: `Visitor ${visits.length}` });
			await visit("/health/ready");
		}
		await ended;
		return visits;
	}

	function start() {
		const args = ["--processes", "2", "--port", `${port}`, "--data", directory];
		const { PATH, HOME } = process.env;
		const child = spawn(process.execPath, [MAIN, ...args], {
			env: { PATH: `${binaries}${delimiter}${PATH}`, HOME },
			stdio: ["pipe", "pipe", "pipe"],
		});
		running.add(child);
		let output = "";
		let from = 0;
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (piece: string) => {
				output += piece;
			});
		}
		const ended = once(child, "close").then(([code, signal]) => {
			running.delete(child);
			return (code ?? signal) as number | string;
		});
		let hasEnded = false;
		void ended.then(() => {
			hasEnded = true;
		});
		return {
			output: () => output,
			ended,
			async said(pattern: RegExp): Promise<void> {
				while (!pattern.test(output.slice(from))) {
					assert.equal(hasEnded, false, output);
					await new Promise((resolve) => setTimeout(resolve, 20));
				}
			},
			/** What was said so far is not looked at again. */
			forget() {
				from = output.length;
			},
			pids: () => [...output.matchAll(/ pid (\d+)$/gm)].map(([, pid]) => Number(pid)),
			type: (text: string) => child.stdin.write(text),
			async stop(signal: "SIGINT" | "SIGTERM") {
				child.kill(signal);
				assert.equal(await ended, 0, output);
				for (const [, used] of output.matchAll(
					/(?:127\.0\.0\.1|\*|port|localhost):? ?(\d{4,5})\b/g,
				)) {
					assert.equal(await isFree(Number(used)), true, `${used}\n${output}`);
				}
			},
		};
	}
});
