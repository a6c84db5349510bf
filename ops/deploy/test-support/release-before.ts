/**
 * The statements of the release before the newest migration, word for word: what its processes go on
 * sending while the new release migrates. Whoever adds a migration puts the statements of the release
 * before it here, and its schema's version.
 */
export const schemaVersion = 1;

const APPEND = `
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

const ACTIVATE = `
WITH raised AS (
	UPDATE polls
	SET epoch = epoch + 1, owner = $2, last_activity_at = now()
	WHERE id = $1::uuid AND deleted_at IS NULL
	RETURNING id, epoch
)
INSERT INTO activations (poll_id, epoch, owner, at)
SELECT id, epoch, $2, now() FROM raised
RETURNING epoch`;

const CREATE = `WITH poll AS (
	INSERT INTO polls (id, code, host_token_hash, created_at, last_activity_at)
	VALUES ($1, $2, $3, $4, $4)
	ON CONFLICT (code) DO NOTHING
	RETURNING id, created_at
)
INSERT INTO journal (poll_id, seq, epoch, kind, at, payload)
SELECT id, 1, 0, $5, created_at, $6 FROM poll
RETURNING seq`;

const RECORD = `select "id", "code", "host_token_hash", "epoch", "owner" from "polls"`;

/** By the name under which the release prepares it. */
export const statements = {
	create: CREATE,
	activate: ACTIVATE,
	append: APPEND,
	read: `SELECT seq, (extract(epoch FROM at) * 1000)::double precision AS at, kind,
		participant, question, revision, choices, payload
		FROM journal WHERE poll_id = $1::uuid AND seq > $2 ORDER BY seq LIMIT $3`,
	epoch: "SELECT epoch FROM polls WHERE id = $1::uuid AND deleted_at IS NULL",
	noteRowsSeen: "UPDATE activations SET rows_seen = $3 WHERE poll_id = $1::uuid AND epoch = $2",
	findByCode: `${RECORD} where ("polls"."code" = $1 and "polls"."deleted_at" is null)`,
	findById: `${RECORD} where ("polls"."id" = $1 and "polls"."deleted_at" is null)`,
	export: `SELECT seq, question_id, participant_id, nickname, revision, choices, cast_at
		FROM votes WHERE poll_id = $1 AND seq > $2 ORDER BY seq LIMIT 2000`,
	touch: `update "polls" set "last_activity_at" = $1 where ("polls"."id" = $2
		and "polls"."deleted_at" is null and "polls"."last_activity_at" < $3)`,
	audit: `insert into "audit_log" ("id", "at", "kind", "poll_id", "request_id", "address_hash", "details")
		values (default, $1, $2, $3, default, default, default)`,
	markDeleted: `update "polls" set "epoch" = "polls"."epoch" + 1, "deleted_at" = $1
		where ("polls"."id" = $2 and "polls"."deleted_at" is null)`,
	doomed: `select "id" from "polls" where "polls"."deleted_at" is not null limit 100`,
	eraseRows: `delete from "journal" where ("journal"."poll_id" = $1 and "journal"."seq" in
		(select "seq" from "journal" where "journal"."poll_id" = $1 order by "journal"."seq" limit 2000))
		returning "seq"`,
	eraseActivations: `delete from "activations" where "activations"."poll_id" = $1`,
	erasePoll: `delete from "polls" where "polls"."id" = $1`,
} as const;
