ALTER TABLE polls ADD COLUMN expires_at timestamptz;
ALTER TABLE polls DROP COLUMN retention_days;
