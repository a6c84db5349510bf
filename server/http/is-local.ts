/** Whether somebody asks from this very machine. */
import type { Request } from "express";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** Behind a proxy everybody has its address, and a foreign page can point a name of its own here. */
export function isLocal({ socket, headers }: Pick<Request, "socket" | "headers">): boolean {
	return (
		LOOPBACK.test(socket.remoteAddress ?? "") &&
		LOCAL_HOST.test(headers.host ?? "") &&
		headers["x-forwarded-for"] === undefined &&
		headers["forwarded"] === undefined
	);
}
