-- How long the host wants the poll to be kept after its last activity, when shorter than usual.
-- It takes the place of a date that nothing has ever written or read.
ALTER TABLE polls ADD COLUMN retention_days integer;
ALTER TABLE polls DROP COLUMN expires_at;
