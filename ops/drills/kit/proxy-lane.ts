/** One way of one proxied connection: pieces in their order, each after its delay, or kept. */
import type { Socket } from "node:net";

export interface Lane {
	/** Of the pieces that come from now on. */
	delayMs: number;
	isHeld: boolean;
	hasLost: boolean;
	push(piece: Buffer): void;
	/** Ends the stream behind what was pushed. */
	end(): void;
}

const END = Symbol("end");

export function laneTo(target: Socket): Lane {
	const waiting: { readonly piece: Buffer | typeof END; readonly at: number }[] = [];
	let timer: NodeJS.Timeout | undefined;
	let isHeld = false;
	let lastAt = 0;

	function pump(): void {
		clearTimeout(timer);
		timer = undefined;
		if (target.destroyed) return;
		for (let next = waiting[0]; next !== undefined && !isHeld; next = waiting[0]) {
			const leftMs = next.at - performance.now();
			if (leftMs > 0) {
				timer = setTimeout(pump, leftMs);
				return;
			}
			waiting.shift();
			if (next.piece === END) target.end();
			else target.write(next.piece);
		}
	}

	function add(piece: Buffer | typeof END): void {
		lastAt = Math.max(lastAt, performance.now() + lane.delayMs);
		waiting.push({ piece, at: lastAt });
		if (timer === undefined) pump();
	}

	const lane: Lane = {
		delayMs: 0,
		hasLost: false,
		get isHeld() {
			return isHeld;
		},
		set isHeld(held) {
			isHeld = held;
			if (!held) pump();
		},
		push: add,
		end: () => add(END),
	};
	return lane;
}
