/**
 * The statements of the journal. Every word of the append and of the activation was weighed
 * against losing acknowledged votes: `sql-race.int.test.ts` shows what each omission loses.
 */

/**
 * One autocommit statement for all polls of a flush. $1..$10 are arrays of one length.
 *
 * The gate takes its share locks in the order of the ids and keeps them until the commit, so an
 * activation (an UPDATE of the same row) comes wholly before or wholly after. A poll named with
 * two epochs passes with neither, for the answer could not say which of them is durable.
 * Insertion in key order: two processes that send the same keys wait for each other, in one
 * direction only. The names of the polls alone are returned: a long answer to a frozen client
 * would be sent while the locks are held.
 */
export const APPEND = `
WITH batch AS MATERIALIZED (
	SELECT *
	FROM unnest(
		$1::uuid[], $2::integer[], $3::integer[], $4::text[], $5::double precision[],
		$6::text[], $7::text[], $8::integer[], $9::text[], $10::text[]
	) AS row (poll_id, epoch, seq, kind, at, participant, question, revision, choices, payload)
),
gate AS MATERIALIZED (
	SELECT p.id
	FROM polls p
	JOIN (
		SELECT poll_id, min(epoch) AS epoch
		FROM batch
		GROUP BY poll_id
		HAVING min(epoch) = max(epoch)
	) named ON p.id = named.poll_id AND p.epoch = named.epoch
	WHERE p.deleted_at IS NULL
	ORDER BY p.id
	FOR SHARE OF p
),
written AS (
	INSERT INTO journal (poll_id, seq, epoch, kind, at, participant, question, revision, choices, payload)
	SELECT
		batch.poll_id, batch.seq, batch.epoch, batch.kind, to_timestamp(batch.at / 1000),
		batch.participant, batch.question, batch.revision, batch.choices::smallint[], batch.payload::jsonb
	FROM batch
	JOIN gate ON gate.id = batch.poll_id
	ORDER BY batch.poll_id, batch.seq
	ON CONFLICT (poll_id, seq) DO NOTHING
)
SELECT id FROM gate`;

/** Autocommit, one poll at a time; $1 poll, $2 owner. The rows are read by a later statement, whose snapshot is younger. */
export const ACTIVATE = `
WITH raised AS (
	UPDATE polls
	SET epoch = epoch + 1, owner = $2, last_activity_at = now()
	WHERE id = $1::uuid AND deleted_at IS NULL
	RETURNING id, epoch
)
INSERT INTO activations (poll_id, epoch, owner, at)
SELECT id, epoch, $2, now() FROM raised
RETURNING epoch`;

/**
 * $1 poll, $2 the last `seq` that is known, $3 rows at most. One row with an array for each column,
 * each null when nothing is left: parsed at once as JSON they cost a third of what rows do.
 */
export const READ = `
SELECT
	json_agg(seq) AS seq, json_agg(round(date_part('epoch', at) * 1000)) AS at, json_agg(kind) AS kind,
	json_agg(participant) AS participant, json_agg(question) AS question, json_agg(revision) AS revision,
	json_agg(choices) AS choices, json_agg(payload) AS payload
FROM (
	SELECT seq, at, kind, participant, question, revision, choices, payload
	FROM journal
	WHERE poll_id = $1::uuid AND seq > $2
	ORDER BY seq
	LIMIT $3
) page`;

/** $1 polls. */
export const EPOCHS = `SELECT id, epoch FROM polls WHERE id = ANY($1::uuid[]) AND deleted_at IS NULL`;

/** $1 poll, $2 epoch, $3 rows. */
export const NOTE_ROWS_SEEN = `UPDATE activations SET rows_seen = $3 WHERE poll_id = $1::uuid AND epoch = $2`;
