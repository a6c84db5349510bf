DROP VIEW tallies;
DROP VIEW ballots;
DROP VIEW votes;
DROP TABLE audit_log;
DROP TABLE activations;
DROP TABLE journal;
DROP TABLE polls;
