/** Beside a control: that its command takes longer, or why it was refused. Read out once. */

import { commandSentence } from "./commands.ts";
import type { HostStore } from "./host-store.ts";

export function CommandNote({ host, names }: { host: HostStore; names: readonly string[] }) {
	const states = names.map((name) => host.commands.state(name));
	const state = states.find((it) => it?.status === "refused") ?? states.find(Boolean);
	const sentence = commandSentence(state);
	return (
		<div role="status" class="command-note">
			{sentence !== undefined && (
				<p class={state?.status === "refused" ? "command-note-refused" : "soft"}>{sentence}</p>
			)}
		</div>
	);
}
