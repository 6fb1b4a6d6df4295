-- Format 1 to 2, see the file for PostgreSQL. H2 commits each statement, so this may be run again after a crash.
ALTER TABLE integratorio_feed ALTER COLUMN IF EXISTS row_count RENAME TO base_count;
ALTER TABLE integratorio_feed ALTER COLUMN IF EXISTS change_count RENAME TO pending_count;
UPDATE integratorio_format SET format = 2 WHERE format = 1;
