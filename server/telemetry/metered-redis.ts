/** Times every command of a Redis client; whoever uses it notices nothing. */
import type { Metrics } from "./metrics.ts";

/** What of an ioredis client is needed: its pipelines go through here as well. */
interface CommandSender<Command extends { readonly promise: Promise<unknown> }> {
	sendCommand(command: Command, ...rest: never[]): unknown;
}

export function meterRedis<Command extends { readonly promise: Promise<unknown> }>(
	client: CommandSender<Command>,
	{ redisDuration }: Pick<Metrics, "redisDuration">,
): void {
	const send = client.sendCommand.bind(client);
	client.sendCommand = (command, ...rest) => {
		const startedAt = performance.now();
		const observe = () => redisDuration.observe((performance.now() - startedAt) / 1000);
		command.promise.then(observe, observe);
		return send(command, ...rest);
	};
}
