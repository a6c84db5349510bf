/** A disk that can be filled to the last byte without harm to anything else: a small tmpfs. */
import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
/** A fresh cluster and a few segments of its log take about half. */
const SIZE_MB = 160;
const PIECE_BYTES = 64 * 1024;

export interface Ballast {
	/** Takes all space that is left. */
	fill(): Promise<void>;
	empty(): Promise<void>;
}

export interface SmallDisk {
	readonly ballast: Ballast;
	unmount(): Promise<void>;
}

/** Rejects with a sentence where this account may not mount, or the system has no tmpfs. */
export async function mountSmallDisk(directory: string): Promise<SmallDisk> {
	try {
		await run("mount", ["-t", "tmpfs", "-o", `size=${SIZE_MB}m,mode=0711`, "tmpfs", directory]);
	} catch {
		throw new Error(
			"disk-full needs a disk of its own to fill: run it as root on Linux, where a tmpfs may be mounted",
		);
	}
	const file = join(directory, "ballast");
	return {
		ballast: {
			async fill() {
				const zeros = function* (): Generator<Buffer> {
					for (let left = SIZE_MB * 1024 * 1024; left > 0; left -= PIECE_BYTES) {
						yield Buffer.alloc(PIECE_BYTES);
					}
				};
				await pipeline(zeros, createWriteStream(file)).catch((error: NodeJS.ErrnoException) => {
					if (error.code !== "ENOSPC") throw error;
				});
			},
			empty: () => rm(file, { force: true }),
		},
		async unmount() {
			await run("umount", [directory]);
		},
	};
}
