CREATE TABLE IF NOT EXISTS customer (
    email VARCHAR(254) PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    expires DATE,
    rejection VARCHAR(100),
    installed BOOLEAN DEFAULT FALSE NOT NULL
);
