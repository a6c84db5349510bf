/** What a database holds, in numbers that tell whether a restored one holds the same. */
import { z } from "zod";

const count = z.int().min(0);

export const contentsSchema = z.object({
	polls: count,
	journalRows: count,
	votes: count,
	/** Sum over all journal rows of the first 60 bits of the MD5 of each: equal for equal rows, in any order. */
	digest: z.string().regex(/^\d+$/),
});

export type Contents = z.output<typeof contentsSchema>;

/** One row, `Contents`. The same words on every version of PostgreSQL and in every time zone. */
export const CONTENTS = `SELECT
	(SELECT count(*) FROM polls)::integer AS polls,
	count(*)::integer AS "journalRows",
	(count(*) FILTER (WHERE kind = 'vote-cast'))::integer AS votes,
	coalesce(sum(('x' || left(md5(concat_ws('|',
		poll_id, seq, epoch, kind, extract(epoch FROM at), participant, question, revision, choices, payload
	)), 15))::bit(60)::bigint), 0)::text AS digest
FROM journal`;

/** Raises an exception in the database unless it holds exactly `wanted`. */
export function verification(wanted: Contents): string {
	const { polls, journalRows, votes, digest } = contentsSchema.parse(wanted);
	return `DO $verification$ DECLARE found text; BEGIN
	SELECT concat_ws(' ', polls, "journalRows", votes, digest) INTO found FROM (${CONTENTS}) AS contents;
	IF found <> '${polls} ${journalRows} ${votes} ${digest}' THEN
		RAISE EXCEPTION 'the restored rows are not those of the backup: % (polls, journal rows, votes, digest)', found;
	END IF;
END $verification$;`;
}

/** For people. */
export function inWords({ polls, journalRows, votes }: Contents): string {
	return `${polls} polls, ${journalRows} journal rows, ${votes} votes`;
}
