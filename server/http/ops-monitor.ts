/**
 * `/monitor`: the panel that lists and shows rooms, made safe. It would run any method of a room
 * for whoever makes an operator's browser follow a link; here it can close a room or a connection
 * and nothing else. What is shown of a poll is committed, so its state cannot be edited.
 */
import { Router } from "express";
import helmet from "helmet";
import { z } from "zod";
import type { PollId } from "../../schema/ids.ts";
import type { RoomMonitor } from "../cluster/monitor.ts";
import { sameOriginCall } from "./ops-access.ts";
import { Problem, parse } from "./problem.ts";
import { requestIdOf } from "./request-context.ts";

export interface OpsAction {
	readonly action: "close-room" | "close-connection";
	readonly pollId: PollId;
	readonly requestId: string;
	/** As Express has it, of whoever asked. */
	readonly address: string | undefined;
}

export interface MonitorRoutesParts {
	readonly monitor: RoomMonitor;
	/** Hears of what an operator has done. */
	readonly onAction: (action: OpsAction) => void;
}

const call = z.object({
	roomId: z.string().regex(/^poll-[0-9a-f-]{36}$/),
	method: z.string(),
	args: z.string().max(1_024).default("[]"),
});
const sessionOnly = z.tuple([z.string()]);

/** Where nobody gets without the ops token. */
export function monitorRoutes({ monitor, onAction }: MonitorRoutesParts): Router {
	const router = Router();
	router.use("/monitor", onlyOwnFilesAndStyles);

	router.get("/monitor/api/room/call", sameOriginCall, async (request, response) => {
		const { roomId, method, args } = parse(call, request.query);
		const done = (action: OpsAction["action"]) =>
			onAction({
				action,
				pollId: roomId.slice("poll-".length) as PollId,
				requestId: requestIdOf(request),
				address: request.ip,
			});
		switch (method) {
			case "disconnect":
				await answered(monitor.closeRoom(roomId));
				done("close-room");
				break;
			case "_forceClientDisconnect": {
				const [sessionId] = parse(sessionOnly, json(args));
				if (!(await answered(monitor.sendAway(roomId, sessionId)))) throw gone();
				done("close-connection");
				break;
			}
			default:
				throw new Problem(
					"forbidden",
					"The monitor shows rooms and closes them; it changes nothing.",
				);
		}
		response.json({});
	});

	router.get("/monitor{/*file}", monitor.panel);
	return router;
}

async function answered<Value>(asked: Promise<Value>): Promise<Value> {
	return asked.catch(() => {
		throw gone();
	});
}

function gone(): Problem {
	return new Problem("not_found", "There is no such room or connection any more.");
}

function json(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

const onlyOwnFilesAndStyles = helmet.contentSecurityPolicy({
	useDefaults: false,
	directives: {
		defaultSrc: ["'none'"],
		scriptSrc: ["'self'"],
		// The panel's components write their styles while they run. Here alone: nothing that people type is markup.
		styleSrc: ["'self'", "'unsafe-inline'"],
		fontSrc: ["'self'", "data:"],
		imgSrc: ["'self'", "data:"],
		connectSrc: ["'self'"],
		baseUri: ["'none'"],
		formAction: ["'none'"],
		frameAncestors: ["'none'"],
	},
});
