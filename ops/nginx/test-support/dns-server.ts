/** A DNS server that knows some names: enough of the protocol for nginx's resolver. */
import { createSocket } from "node:dgram";
import { once } from "node:events";

const HEADER_BYTES = 12;
const TYPE_A = 1;

export interface DnsServer {
	readonly port: number;
	/** Names that were asked for, in order. */
	readonly asked: readonly string[];
	stop(): void;
}

/** IPv4 addresses by name; other names do not exist. */
export async function startDnsServer(addresses: ReadonlyMap<string, string>): Promise<DnsServer> {
	const socket = createSocket("udp4");
	const asked: string[] = [];
	socket.on("message", (query, { port, address }) => {
		const { name, type, end } = questionOf(query);
		asked.push(name);
		const found = addresses.get(name);
		const answers = found !== undefined && type === TYPE_A ? [found] : [];
		const header = Buffer.alloc(HEADER_BYTES);
		query.copy(header, 0, 0, 2);
		// A final answer; 3 is "no such name".
		header.writeUInt16BE(found === undefined ? 0x8183 : 0x8180, 2);
		header.writeUInt16BE(1, 4);
		header.writeUInt16BE(answers.length, 6);
		const question = query.subarray(HEADER_BYTES, end);
		socket.send(Buffer.concat([header, question, ...answers.map(record)]), port, address);
	});
	socket.bind(0, "127.0.0.1");
	await once(socket, "listening");
	return { port: socket.address().port, asked, stop: () => socket.close() };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
	const labels: string[] = [];
	let place = HEADER_BYTES;
	for (let length = query[place] ?? 0; length > 0; length = query[place] ?? 0) {
		labels.push(query.toString("latin1", place + 1, place + 1 + length));
		place += 1 + length;
	}
	return { name: labels.join("."), type: query.readUInt16BE(place + 1), end: place + 5 };
}

/** Of the name that was asked for: type A, class IN, five seconds, four bytes. */
function record(address: string): Buffer {
	const bytes = address.split(".").map(Number);
	return Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 5, 0, 4, ...bytes]);
}
