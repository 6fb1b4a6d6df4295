-- Format 2 to 3: expiry notices. Nodes of format 2 read without a look at the format: without this column, they stop.
ALTER TABLE integratorio_feed RENAME COLUMN base_count TO known_count;
ALTER TABLE integratorio_feed ADD COLUMN noticed_until BIGINT;
ALTER TABLE integratorio_feed ADD COLUMN noticed_since BIGINT;
ALTER TABLE integratorio_row ADD COLUMN seen_at BIGINT;
ALTER TABLE integratorio_change ADD COLUMN due_at BIGINT;
UPDATE integratorio_format SET format = 3 WHERE format = 2;
