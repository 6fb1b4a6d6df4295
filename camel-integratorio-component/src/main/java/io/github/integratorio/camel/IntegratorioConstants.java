package io.github.integratorio.camel;

import org.apache.camel.spi.Metadata;

/** The headers of this component. None of them is ever sent to the API as an HTTP header. */
public final class IntegratorioConstants {

    @Metadata(label = "producer", javaType = "io.github.integratorio.camel.IntegratorioOperation",
              description = "The operation, when the endpoint URI leaves it open; another one than the URI's is an error.")
    public static final String OPERATION = "CamelIntegratorioOperation";
    @Metadata(label = "producer", javaType = "String",
              description = "In: the connector, when the endpoint URI leaves it open; another one than the URI's is an error. Out: the connector that was worked on.")
    public static final String CONNECTOR_ID = "CamelIntegratorioConnectorId";
    @Metadata(label = "producer", javaType = "String",
              description = "In: the license, when the endpoint URI leaves it open; another one than the URI's is an error. Out: the license that was worked on.")
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
              description = "What a write came to: CREATED, UPDATED, UNCHANGED or DELETED; for a List of licenses a List of these, in its order.")
    public static final String OUTCOME = "CamelIntegratorioOutcome";

    private IntegratorioConstants() {
    }
}
