CREATE TABLE polls (
	id uuid PRIMARY KEY,
	code text NOT NULL CONSTRAINT polls_code_unique UNIQUE,
	host_token_hash text NOT NULL,
	epoch integer NOT NULL DEFAULT 0,
	owner text,
	created_at timestamptz NOT NULL,
	last_activity_at timestamptz NOT NULL,
	expires_at timestamptz,
	deleted_at timestamptz
);
-- Retention walks these; both stay out of the way of activations, which change neither column.
CREATE INDEX polls_last_activity ON polls (last_activity_at);
CREATE INDEX polls_deleted ON polls (deleted_at) WHERE deleted_at IS NOT NULL;

-- No foreign key to polls: the fence has already proved the poll, and checking it again nearly halves throughput.
CREATE TABLE journal (
	poll_id uuid NOT NULL,
	seq integer NOT NULL,
	epoch integer NOT NULL,
	kind text NOT NULL,
	at timestamptz NOT NULL,
	participant text,
	question text,
	revision integer,
	choices smallint[],
	payload jsonb,
	CONSTRAINT journal_pkey PRIMARY KEY (poll_id, seq)
);
CREATE UNIQUE INDEX journal_vote ON journal (poll_id, question, participant, revision)
	WHERE kind = 'vote-cast';
-- For the views: without it, naming the voters of a poll reads the whole poll once a vote.
CREATE INDEX journal_person ON journal (poll_id, participant, kind)
	WHERE kind IN ('participant-joined', 'participant-removed');

CREATE TABLE activations (
	poll_id uuid NOT NULL,
	epoch integer NOT NULL,
	owner text NOT NULL,
	rows_seen integer,
	at timestamptz NOT NULL,
	CONSTRAINT activations_pkey PRIMARY KEY (poll_id, epoch)
);

CREATE TABLE audit_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL,
	kind text NOT NULL,
	poll_id uuid,
	request_id text,
	address_hash text,
	details jsonb
);
CREATE INDEX audit_log_at ON audit_log (at);

-- Every vote ever cast. Filter by poll_id: the condition reaches the journal's indexes.
-- Subqueries instead of joins here and below: before statistics exist (the embedded database
-- never gathers any) the planner takes a poll for one row and joins 10,000 votes in minutes.
CREATE VIEW votes AS
SELECT
	vote.poll_id,
	vote.seq,
	vote.question AS question_id,
	vote.participant AS participant_id,
	(
		SELECT joined.payload ->> 'nickname'
		FROM journal joined
		WHERE joined.poll_id = vote.poll_id
			AND joined.participant = vote.participant
			AND joined.kind = 'participant-joined'
		LIMIT 1
	) AS nickname,
	vote.revision,
	vote.choices,
	vote.at AS cast_at
FROM journal vote
WHERE vote.kind = 'vote-cast';

-- The current choice of each participant on each question. A participant id is never reused,
-- so one removal anywhere in the journal excludes it for good.
CREATE VIEW ballots AS
SELECT DISTINCT ON (vote.poll_id, vote.question_id, vote.participant_id)
	vote.poll_id,
	vote.question_id,
	vote.participant_id,
	vote.nickname,
	vote.revision,
	vote.choices,
	vote.cast_at
FROM votes vote
WHERE (
	SELECT removed.seq
	FROM journal removed
	WHERE removed.poll_id = vote.poll_id
		AND removed.participant = vote.participant_id
		AND removed.kind = 'participant-removed'
	LIMIT 1
) IS NULL
ORDER BY vote.poll_id, vote.question_id, vote.participant_id, vote.revision DESC;

-- One row for every option of every question, also where nobody chose it. option_index counts from 0.
CREATE VIEW tallies AS
WITH question AS (
	SELECT created.poll_id, q.value ->> 'id' AS question_id, jsonb_array_length(q.value -> 'options') AS options
	FROM journal created
	CROSS JOIN LATERAL jsonb_array_elements(created.payload -> 'questions') q
	WHERE created.kind = 'poll-created'
	UNION ALL
	SELECT added.poll_id, added.payload -> 'question' ->> 'id', jsonb_array_length(added.payload -> 'question' -> 'options')
	FROM journal added
	WHERE added.kind = 'question-added'
), choice AS (
	SELECT question.poll_id, question.question_id, option.option_index, 0 AS votes
	FROM question
	CROSS JOIN LATERAL generate_series(0, question.options - 1) AS option (option_index)
	UNION ALL
	SELECT ballot.poll_id, ballot.question_id, chosen.option_index, 1
	FROM ballots ballot
	CROSS JOIN LATERAL unnest(ballot.choices) AS chosen (option_index)
)
SELECT choice.poll_id, choice.question_id, choice.option_index, sum(choice.votes)::integer AS votes
FROM choice
GROUP BY choice.poll_id, choice.question_id, choice.option_index;
