package io.github.integratorio.camel.api;

import org.apache.camel.spi.Metadata;

/** The headers of this component. None of them is ever sent to the API as an HTTP header. */
public final class IntegratorioConstants {

    @Metadata(label = "producer", javaType = "io.github.integratorio.camel.api.IntegratorioOperation",
              description = "The operation, when the endpoint URI leaves it open; another one than the URI's is an error.")
    public static final String OPERATION = "CamelIntegratorioOperation";
    @Metadata(javaType = "String",
              description = "In: the connector, when the endpoint URI leaves it open; another one than the URI's is an error. Out: the connector that was worked on, or whose list changed.")
    public static final String CONNECTOR_ID = "CamelIntegratorioConnectorId";
    @Metadata(javaType = "String",
              description = "In: the license, when the endpoint URI leaves it open; another one than the URI's is an error. Out: the license that was worked on, or that changed.")
    public static final String LICENSE_ID = "CamelIntegratorioLicenseId";
    @Metadata(label = "producer", javaType = "String",
              description = "The user's e-mail address, when the endpoint URI leaves it open.")
    public static final String EMAIL = "CamelIntegratorioEmail";
    @Metadata(label = "producer", javaType = "Object",
              description = "The license's expiry, when the endpoint URI leaves it open: a date and time with a zone, or an ISO-8601 duration from now such as P30D.")
    public static final String EXPIRES = "CamelIntegratorioExpires";
    @Metadata(label = "producer", javaType = "Integer", description = "The HTTP status of the API's answer.")
    public static final String STATUS_CODE = "CamelIntegratorioStatusCode";
    @Metadata(label = "producer", javaType = "Object",
              description = "What a write came to: CREATED, RECONCILED (created, as reading back showed after no answer came), UPDATED, UNCHANGED or DELETED; for a List of licenses a List of these, in its order.")
    public static final String OUTCOME = "CamelIntegratorioOutcome";

    @Metadata(label = "producer", javaType = "Integer",
              description = "How often the API call was tried; of several calls, the one that was tried most often. 1 when nothing had to be repeated. Also set when the operation failed.")
    public static final String ATTEMPTS = "CamelIntegratorioAttempts";
    @Metadata(label = "producer", javaType = "Long",
              description = "How many milliseconds the operation waited for its turn and before repeating calls. Also set when the operation failed.")
    public static final String WAITED = "CamelIntegratorioWaited";

    @Metadata(label = "consumer", javaType = "io.github.integratorio.camel.api.ChangeType",
              description = "What happened to the row: ADDED, UPDATED or REMOVED.")
    public static final String CHANGE_TYPE = "CamelIntegratorioChangeType";
    @Metadata(label = "consumer", javaType = "String",
              description = "Names the change: the same whenever it is delivered again, and of no other change. For Camel's idempotent consumer.")
    public static final String CHANGE_ID = "CamelIntegratorioChangeId";
    @Metadata(label = "consumer", javaType = "Long",
              description = "Rises from change to change of a row.")
    public static final String CHANGE_VERSION = "CamelIntegratorioChangeVersion";
    @Metadata(label = "consumer", javaType = "String",
              description = "The integration whose install base row changed.")
    public static final String INTEGRATION_ID = "CamelIntegratorioIntegrationId";
    @Metadata(label = "consumer", javaType = "Object",
              description = "The row before the change, in the form of the body; absent when it was ADDED.")
    public static final String PREVIOUS = "CamelIntegratorioPrevious";
    @Metadata(label = "consumer", javaType = "java.util.List<String>",
              description = "The names of the fields that changed; empty unless the row was UPDATED.")
    public static final String CHANGED_FIELDS = "CamelIntegratorioChangedFields";

    private IntegratorioConstants() {
    }
}
