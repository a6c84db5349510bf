import { newPollId } from "../test/support/journal-fixtures.ts";
import { journalContract } from "./journal-contract.ts";
import { memoryJournal } from "./memory-journal.ts";

journalContract(
	"memory",
	async () => {
		const journal = memoryJournal();
		return {
			journal,
			other: journal,
			async addPoll() {
				const pollId = newPollId();
				journal.addPoll(pollId);
				return pollId;
			},
			async deletePoll(pollId) {
				journal.deletePoll(pollId);
			},
			async close() {},
		};
	},
	1,
);
