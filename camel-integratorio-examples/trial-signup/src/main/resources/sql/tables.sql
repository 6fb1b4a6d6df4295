-- The sign-ups. The rows in state WAITING are the only record of what remains to be provisioned.
CREATE TABLE IF NOT EXISTS sign_up (
  id               VARCHAR(22) PRIMARY KEY,
  email_key        VARCHAR(254) NOT NULL UNIQUE,
  email            VARCHAR(254) NOT NULL,
  name             VARCHAR(100) NOT NULL,
  company          VARCHAR(100) NOT NULL,
  signed_up        TIMESTAMP WITH TIME ZONE NOT NULL,
  state            VARCHAR(12) NOT NULL,
  attempts         INT NOT NULL,
  due              TIMESTAMP WITH TIME ZONE NOT NULL,
  problem          VARCHAR(500),
  license_id       VARCHAR(64),
  license_expires  TIMESTAMP WITH TIME ZONE
);
CREATE INDEX IF NOT EXISTS sign_up_due ON sign_up (state, due);
CREATE INDEX IF NOT EXISTS sign_up_signed_up ON sign_up (signed_up);

-- The licenses of the connector, from the change feed. Rows of deleted licenses remain, so that an older change is recognized.
CREATE TABLE IF NOT EXISTS license (
  license_id      VARCHAR(64) PRIMARY KEY,
  present         BOOLEAN NOT NULL,
  email           VARCHAR(300),
  expires         TIMESTAMP WITH TIME ZONE,
  integration_id  VARCHAR(64),
  change_version  BIGINT NOT NULL
);
-- When the last notice of its end was due.
ALTER TABLE license ADD COLUMN IF NOT EXISTS notice TIMESTAMP WITH TIME ZONE;

-- The install base, in the same way.
CREATE TABLE IF NOT EXISTS install (
  integration_id  VARCHAR(64) PRIMARY KEY,
  present         BOOLEAN NOT NULL,
  name            VARCHAR(300),
  email           VARCHAR(300),
  version         VARCHAR(300),
  updating        BOOLEAN NOT NULL,
  change_version  BIGINT NOT NULL
);

-- The latest changes, for display.
CREATE TABLE IF NOT EXISTS activity (
  number     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change_id  VARCHAR(200) NOT NULL UNIQUE,
  seen       TIMESTAMP WITH TIME ZONE NOT NULL,
  who        VARCHAR(300) NOT NULL,
  what       VARCHAR(300) NOT NULL
);
