package io.github.integratorio.camel.api;

import org.apache.camel.spi.Metadata;

/** Headers of this component, which are never sent to the API as HTTP headers, and a property of the exchange. */
public final class IntegratorioConstants {

    @Metadata(label = "producer", javaType = "io.github.integratorio.camel.api.IntegratorioOperation",
            description = "Operation to run, if the endpoint URI does not set it. A value that conflicts with the URI is an error.")
    public static final String OPERATION = "CamelIntegratorioOperation";
    @Metadata(javaType = "String",
            description = "In: id of the connector, if the endpoint URI does not set it. A value that conflicts with the URI is an error. Out: id of the connector that was processed, or whose list changed.")
    public static final String CONNECTOR_ID = "CamelIntegratorioConnectorId";
    @Metadata(javaType = "String",
            description = "In: id of the license, if the endpoint URI does not set it. A value that conflicts with the URI is an error. Out: id of the license that was processed, or that changed.")
    public static final String LICENSE_ID = "CamelIntegratorioLicenseId";
    @Metadata(javaType = "Boolean",
            description = "Whether the customer has installed the connector with the license that was processed, or that changed: it has an _integrationId. Absent if there is no such license, or several.")
    public static final String INSTALLED = "CamelIntegratorioInstalled";
    @Metadata(label = "producer", javaType = "String",
            description = "E-mail address of the user, if the endpoint URI does not set it.")
    public static final String EMAIL = "CamelIntegratorioEmail";
    @Metadata(label = "producer", javaType = "Object",
            description = "Expiry of the license, if the endpoint URI does not set it: a date and time with a zone, or an ISO-8601 duration from now such as P30D.")
    public static final String EXPIRES = "CamelIntegratorioExpires";
    @Metadata(label = "producer", javaType = "String",
            description = "Order number of a create or upsert, if the endpoint URI does not set idempotencyKey. A value that conflicts with the URI is an error.")
    public static final String IDEMPOTENCY_KEY = "CamelIntegratorioIdempotencyKey";
    @Metadata(label = "producer", javaType = "Integer", description = "HTTP status of the API's response.")
    public static final String STATUS_CODE = "CamelIntegratorioStatusCode";
    @Metadata(label = "producer", javaType = "Object",
            description = "Outcome of a write: CREATED, RECONCILED (created, as the license list showed after the response was lost), UPDATED, UNCHANGED or DELETED; with dryRun WOULD_CREATE, WOULD_UPDATE, WOULD_EXPIRE, WOULD_DELETE or UNCHANGED. For a List of licenses, a List of outcomes in the same order.")
    public static final String OUTCOME = "CamelIntegratorioOutcome";
    @Metadata(label = "producer", javaType = "java.util.List<io.github.integratorio.camel.api.FieldDifference>",
            description = "The fields that would change, with their old and new values. Set with dryRun only. For a List of licenses, a List of such Lists in the same order.")
    public static final String DIFFERENCES = "CamelIntegratorioDifferences";
    @Metadata(label = "producer", javaType = "Integer",
            description = "Number of attempts of the API call; if there are several calls, the highest number. 1 without retries. Also set if the operation fails, and 0 if nothing was sent.")
    public static final String ATTEMPTS = "CamelIntegratorioAttempts";
    @Metadata(label = "producer", javaType = "Long",
            description = "Milliseconds that the operation spent queueing and waiting for retries. Also set if the operation fails.")
    public static final String WAITED = "CamelIntegratorioWaited";

    @Metadata(label = "consumer", javaType = "io.github.integratorio.camel.api.ChangeType",
            description = "Kind of the change: ADDED, UPDATED or REMOVED; with expiryNotices also EXPIRING or EXPIRED.")
    public static final String CHANGE_TYPE = "CamelIntegratorioChangeType";
    @Metadata(label = "consumer", javaType = "String",
            description = "Unique id of the change, the same on every redelivery. Suitable for Camel's idempotent consumer.")
    public static final String CHANGE_ID = "CamelIntegratorioChangeId";
    @Metadata(label = "consumer", javaType = "Long",
            description = "Version of the row; it increases with every change of the row.")
    public static final String CHANGE_VERSION = "CamelIntegratorioChangeVersion";
    @Metadata(label = "consumer", javaType = "String",
            description = "Id of the integration whose install base row changed.")
    public static final String INTEGRATION_ID = "CamelIntegratorioIntegrationId";
    @Metadata(label = "consumer", javaType = "Object",
            description = "The row before the change, of the same type as the body. Absent for ADDED, EXPIRING and EXPIRED.")
    public static final String PREVIOUS = "CamelIntegratorioPrevious";
    @Metadata(label = "consumer", javaType = "java.util.List<String>",
            description = "Names of the changed fields. Empty unless the change is UPDATED.")
    public static final String CHANGED_FIELDS = "CamelIntegratorioChangedFields";
    @Metadata(label = "consumer", javaType = "String",
            description = "ISO-8601 instant at which an expiry notice was due: the end of the license minus the notice. Present for EXPIRING and EXPIRED only.")
    public static final String DUE_AT = "CamelIntegratorioDueAt";

    /**
     * Exchange property: creations and pushed updates of this exchange whose outcome is ambiguous, so that they are not repeated. A route
     * that has looked into it removes the property, and may then repeat the work. Its value is for this component only.
     */
    public static final String AMBIGUITY = "CamelIntegratorioAmbiguity";

    private IntegratorioConstants() {
    }
}
