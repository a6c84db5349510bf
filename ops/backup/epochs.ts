/**
 * Whatever brought an earlier state back, somebody has seen a later one: processes that still hold
 * polls, and screens, which drop what is older than the newest (epoch, seq) they have shown. Every
 * poll therefore gets an epoch that nobody can have seen: the seconds since 2026.
 *
 * A poll is activated far less than once a second, so its epoch, whether counted from 0 or from the
 * second of an earlier restore, is below the second of this one. A fixed step would not do: restoring
 * the same file twice would give the same epochs twice. An integer lasts until 2094.
 */
const FROM = "2026-01-01 00:00:00+00";

/**
 * One statement. Locks each poll as an activation does; appends under the old epochs are refused from then on.
 * Whoever raised them asks {@link SECOND_IS_OVER} afterwards.
 */
export const RAISE_EPOCHS = `UPDATE polls SET epoch = 1 + greatest(
	epoch, floor(extract(epoch FROM clock_timestamp() - timestamptz '${FROM}'))::integer
)`;

/**
 * Sleeps until the epochs that were handed out lie in the past, so that the next to raise any hands out
 * later ones. At most 5 s: a database whose clock was set back may hold epochs of tomorrow.
 */
export const SECOND_IS_OVER = `SELECT pg_sleep(least(5, greatest(0,
	max(epoch) - extract(epoch FROM clock_timestamp() - timestamptz '${FROM}')::float8
))) FROM polls`;
