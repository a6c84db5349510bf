/**
 * The synchronised state of a room: O(questions × options), never O(participants). What counts is a
 * `number`, which takes one byte as long as it is small, where `uint32` always takes four.
 */
import { type SchemaType, schema, t } from "@colyseus/schema";
import type { PollStatus, QuestionKind, QuestionStatus, StorageStatus } from "../poll-words.ts";

/** The tag of fields that only the host's connections receive. */
export const HOST_TAG = 1;

export const QuestionView = schema(
	{
		id: t.string(),
		prompt: t.string(),
		kind: t.string<QuestionKind>(),
		options: t.array("string"),
		maxChoices: t.number(),
		status: t.string<QuestionStatus>().default("waiting"),
		/** How many participants have voted. */
		ballots: t.number().default(0),
		/** One number an option; empty while hidden. */
		counts: t.array("number"),
		hostCounts: t.array("number").view(HOST_TAG),
	},
	"QuestionView",
);
export type QuestionView = SchemaType<typeof QuestionView>;

export const PollView = schema(
	{
		/** With `seq`, the place in the poll's journal that this state shows. */
		epoch: t.uint32().default(0),
		seq: t.number().default(0),
		code: t.string().default(""),
		title: t.string().default(""),
		status: t.string<PollStatus>().default("waiting"),
		currentQuestionId: t.string().default(""),
		capacity: t.number().default(0),
		/** Distinct people who have joined and were not removed. */
		participants: t.number().default(0),
		/** Distinct participants connected now. */
		online: t.number().default(0),
		hostOnline: t.boolean().default(false),
		storage: t.string<StorageStatus>().default("ok"),
		questions: t.array(QuestionView),
	},
	"PollView",
);
export type PollView = SchemaType<typeof PollView>;
