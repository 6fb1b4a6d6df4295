-- One statement for every type of change. A change that is delivered again is not newer than the row and changes nothing.
MERGE INTO install
USING (SELECT CAST(:#${header.CamelIntegratorioConnectorId} AS VARCHAR) AS connector_id,
              CAST(:#${header.CamelIntegratorioIntegrationId} AS VARCHAR) AS integration_id,
              CAST(:#${header.CamelIntegratorioChangeType.name} AS VARCHAR) <> 'REMOVED' AS installed,
              CAST(:#${body.name} AS VARCHAR) AS name,
              CAST(:#${body.email} AS VARCHAR) AS email,
              CAST(:#${body.version} AS VARCHAR) AS version,
              CAST(:#${body.sandbox} AS BOOLEAN) AS sandbox,
              CAST(:#${body.updateInProgress} AS BOOLEAN) AS updating,
              CAST(:#${header.CamelIntegratorioChangeVersion} AS BIGINT) AS change_version) AS change
ON install.connector_id = change.connector_id AND install.integration_id = change.integration_id
WHEN MATCHED AND install.change_version < change.change_version THEN
  UPDATE SET installed = change.installed, name = change.name, email = change.email, version = change.version,
             sandbox = change.sandbox, updating = change.updating, change_version = change.change_version
WHEN NOT MATCHED THEN
  INSERT (connector_id, integration_id, installed, name, email, version, sandbox, updating, change_version)
  VALUES (change.connector_id, change.integration_id, change.installed, change.name, change.email, change.version,
          change.sandbox, change.updating, change.change_version)
