/** RFC 6455, as far as a benchmark's client needs it. */

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** One whole message. The mask is four zeros, which every server takes and nobody has to compute. */
export function clientFrame(payload: Uint8Array, opcode: number = opcodes.binary): Buffer {
	const extra = payload.length < LENGTH_16 ? 0 : 2;
	const frame = Buffer.alloc(2 + extra + MASK_BYTES + payload.length);
	frame[0] = FINAL | opcode;
	frame[1] = MASKED | (extra === 0 ? payload.length : LENGTH_16);
	if (extra > 0) frame.writeUInt16BE(payload.length, 2);
	frame.set(payload, 2 + extra + MASK_BYTES);
	return frame;
}

type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/** Finds the frames in what a server sends, however it is cut into pieces. */
export class FrameReader {
	readonly #onFrame: OnFrame;
	#rest: Buffer | undefined;

	/** @param onFrame is told where the payload lies, which holds until it returns. */
	constructor(onFrame: OnFrame) {
		this.#onFrame = onFrame;
	}

	/** @param bytes may be used again by the caller. */
	read(bytes: Buffer, length: number): void {
		const rest = this.#rest;
		if (rest === undefined) return this.#readAll(bytes, length);
		this.#rest = undefined;
		const all = Buffer.concat([rest, bytes.subarray(0, length)]);
		this.#readAll(all, all.length);
	}

	#readAll(bytes: Buffer, length: number): void {
		let at = 0;
		while (at < length) {
			const short = at + 1 < length ? (bytes[at + 1] ?? 0) : Number.NaN;
			const head = short === LENGTH_64 ? 10 : short === LENGTH_16 ? 4 : 2;
			if (Number.isNaN(short) || at + head > length) break;
			const payload =
				short === LENGTH_64
					? Number(bytes.readBigUInt64BE(at + 2))
					: short === LENGTH_16
						? bytes.readUInt16BE(at + 2)
						: short;
			const end = at + head + payload;
			if (end > length) break;
			this.#onFrame((bytes[at] ?? 0) & 0x0f, bytes, at + head, end);
			at = end;
		}
		if (at < length) this.#rest = Buffer.from(bytes.subarray(at, length));
	}
}
