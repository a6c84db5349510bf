/** What the tests of group commit share: actors that note what they hear, a scripted journal, virtual time. */
import type { PollId } from "../../../schema/ids.ts";
import type { GroupCommitEvent } from "../../journal/commit-events.ts";
import type { GroupCommitOptions } from "../../journal/commit-options.ts";
import {
	type CommitSink,
	type GroupCommit,
	groupCommit,
	type JournalWriter,
} from "../../journal/group-commit.ts";
import { newPollId, votes } from "./journal-fixtures.ts";
import { type AppendCall, type ScriptedJournal, scriptedJournal } from "./scripted-journal.ts";
import { type VirtualTimers, virtualTimers } from "./virtual-timers.ts";

export interface Setup {
	readonly journal: ScriptedJournal;
	readonly timers: VirtualTimers;
	readonly commit: GroupCommit;
	readonly events: GroupCommitEvent[];
}

export interface Actor {
	readonly poll: PollId;
	readonly writer: JournalWriter;
	/** What the sink was told, in order: a committed seq, "fenced" or "poisoned". */
	readonly heard: (number | string)[];
}

/** A group commit on virtual time, whose journal answers when told to; batches follow at once unless told. */
export function setup(options: Partial<GroupCommitOptions> = {}): Setup {
	const journal = scriptedJournal();
	const timers = virtualTimers();
	const events: GroupCommitEvent[] = [];
	const commit = groupCommit(
		journal,
		timers,
		{ batchEveryMs: 0, random: () => 0.5, ...options },
		(event) => events.push(event),
	);
	return { journal, timers, commit, events };
}

/** A writer and what its sink heard; `reactions` run after the noting. */
export function actor(
	{ commit }: Setup,
	{
		poll = newPollId(),
		epoch = 1,
		...reactions
	}: { poll?: Actor["poll"]; epoch?: number } & Partial<CommitSink> = {},
): Actor {
	const heard: Actor["heard"] = [];
	const writer = commit.writer(poll, epoch, {
		committed(seq) {
			heard.push(seq);
			reactions.committed?.(seq);
		},
		fenced() {
			heard.push("fenced");
			reactions.fenced?.();
		},
		poisoned(cause) {
			heard.push("poisoned");
			reactions.poisoned?.(cause);
		},
	});
	return { poll, writer, heard };
}

/** Appends `count` votes from `firstSeq` on. */
export function append({ writer }: Actor, firstSeq: number, count = 1): void {
	for (const entry of votes(firstSeq, count)) writer.append(entry);
}

export function seqs(call: AppendCall): readonly number[] {
	return call.rows.map((row) => row.entry.seq);
}

/** Lets promises settle without time passing. */
export const settle = ({ timers }: Setup): Promise<void> => timers.advance(0);
