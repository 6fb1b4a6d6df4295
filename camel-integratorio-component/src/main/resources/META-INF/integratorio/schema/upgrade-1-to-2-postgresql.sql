-- Format 1 to 2. Nodes of format 1 do not read the format before they write: without these columns, they stop.
ALTER TABLE integratorio_feed RENAME COLUMN row_count TO base_count;
ALTER TABLE integratorio_feed RENAME COLUMN change_count TO pending_count;
UPDATE integratorio_format SET format = 2 WHERE format = 1;
