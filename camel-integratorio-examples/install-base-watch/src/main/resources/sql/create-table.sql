-- Uninstalled rows remain, so that an older change that is delivered again is recognized.
CREATE TABLE IF NOT EXISTS install (
  connector_id    VARCHAR(64) NOT NULL,
  integration_id  VARCHAR(64) NOT NULL,
  installed       BOOLEAN NOT NULL,
  name            VARCHAR(1000),
  email           VARCHAR(1000),
  version         VARCHAR(1000),
  sandbox         BOOLEAN,
  updating        BOOLEAN,
  change_version  BIGINT NOT NULL,
  PRIMARY KEY (connector_id, integration_id)
);
