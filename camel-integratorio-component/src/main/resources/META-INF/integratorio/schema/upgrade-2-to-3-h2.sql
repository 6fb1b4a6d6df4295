-- Format 2 to 3, see the file for PostgreSQL. H2 commits each statement, so this may be run again after a crash.
ALTER TABLE integratorio_feed ALTER COLUMN IF EXISTS base_count RENAME TO known_count;
ALTER TABLE integratorio_feed ADD COLUMN IF NOT EXISTS noticed_until BIGINT;
ALTER TABLE integratorio_feed ADD COLUMN IF NOT EXISTS noticed_since BIGINT;
ALTER TABLE integratorio_row ADD COLUMN IF NOT EXISTS seen_at BIGINT;
ALTER TABLE integratorio_change ADD COLUMN IF NOT EXISTS due_at BIGINT;
UPDATE integratorio_format SET format = 3 WHERE format = 2;
