/** What happened around the first thing that went wrong. */
import { pollEvents, runEvents } from "../kit/history.ts";
import type { Finding } from "./properties.ts";

export interface CounterExample {
	readonly finding: Finding;
	/** The history two seconds before and after, as it stands on disk; empty when only the journal tells. */
	readonly around: readonly string[];
}

const AROUND_MS = 2_000;
const LINES_MAX = 400;

/** `undefined` when nothing went wrong. The first is the earliest; what has no time comes last. */
export async function counterExample(
	directory: string,
	findings: readonly Finding[],
): Promise<CounterExample | undefined> {
	const time = ({ t = Number.POSITIVE_INFINITY }: Finding) => t;
	const [finding] = [...findings].sort((a, b) => (time(a) < time(b) ? -1 : 1));
	if (finding === undefined) return undefined;
	const { t, poll } = finding;
	const around: { readonly t: number }[] = [];
	if (t !== undefined) {
		const near = (event: { readonly t: number }) => Math.abs(event.t - t) <= AROUND_MS;
		for await (const event of runEvents(directory)) if (near(event)) around.push(event);
		if (poll !== undefined) {
			for await (const event of pollEvents(directory, poll)) {
				if (near(event) && around.length < LINES_MAX) around.push(event);
			}
		}
	}
	around.sort((a, b) => a.t - b.t);
	return { finding, around: around.map((event) => JSON.stringify(event)) };
}
