package io.github.integratorio.camel.internal.producer;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.Connector;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.operation.IntegratorioOperations;
import io.github.integratorio.camel.internal.operation.OperationRequest;
import io.github.integratorio.camel.internal.operation.OperationResult;

import static io.github.integratorio.camel.api.IntegratorioOperation.CREATE;
import static io.github.integratorio.camel.api.IntegratorioOperation.DELETE;
import static io.github.integratorio.camel.api.IntegratorioOperation.EXPIRE;
import static io.github.integratorio.camel.api.IntegratorioOperation.GET;
import static io.github.integratorio.camel.api.IntegratorioOperation.LIST;
import static io.github.integratorio.camel.api.IntegratorioOperation.PUSH_UPDATE;
import static io.github.integratorio.camel.api.IntegratorioOperation.UPDATE;
import static io.github.integratorio.camel.api.IntegratorioOperation.UPSERT;
import static io.github.integratorio.camel.api.IntegratorioResource.connectors;
import static io.github.integratorio.camel.api.IntegratorioResource.installBase;
import static io.github.integratorio.camel.api.IntegratorioResource.licenses;

/** What can be done with which resource, one row each: what it needs, takes and gives, and what runs it. */
public enum OperationDefinition {

    CONNECTORS_LIST(connectors, LIST, ApiMethod.LIST_CONNECTORS, RequiredId.NOTHING, BodyKind.NOTHING, Connector::over, IntegratorioOperations::read),
    CONNECTORS_GET(connectors, GET, ApiMethod.GET_CONNECTOR, RequiredId.CONNECTOR, BodyKind.NOTHING, Connector::over, IntegratorioOperations::read),
    CONNECTORS_CREATE(connectors, CREATE, ApiMethod.CREATE_CONNECTOR, RequiredId.NOTHING, BodyKind.CONNECTOR, Connector::over, IntegratorioOperations::createConnector),
    CONNECTORS_UPDATE(connectors, UPDATE, ApiMethod.UPDATE_CONNECTOR, RequiredId.CONNECTOR, BodyKind.CONNECTOR, Connector::over, IntegratorioOperations::updateConnector),
    CONNECTORS_DELETE(connectors, DELETE, ApiMethod.DELETE_CONNECTOR, RequiredId.CONNECTOR, BodyKind.NOTHING, null, IntegratorioOperations::delete),

    INSTALL_BASE_LIST(installBase, LIST, ApiMethod.LIST_INSTALL_BASE, RequiredId.CONNECTOR, BodyKind.NOTHING, Installation::over, IntegratorioOperations::read),
    INSTALL_BASE_PUSH_UPDATE(installBase, PUSH_UPDATE, ApiMethod.PUSH_UPDATE, RequiredId.CONNECTOR, BodyKind.IDS, null, IntegratorioOperations::pushUpdate),

    LICENSES_LIST(licenses, LIST, ApiMethod.LIST_LICENSES, RequiredId.CONNECTOR, BodyKind.NOTHING, License::over, IntegratorioOperations::read),
    LICENSES_GET(licenses, GET, ApiMethod.GET_LICENSE, RequiredId.LICENSE, BodyKind.NOTHING, License::over, IntegratorioOperations::read),
    LICENSES_CREATE(licenses, CREATE, ApiMethod.CREATE_LICENSE, RequiredId.CONNECTOR, BodyKind.LICENSE, License::over, IntegratorioOperations::createLicense),
    LICENSES_UPDATE(licenses, UPDATE, ApiMethod.UPDATE_LICENSE, RequiredId.LICENSE, BodyKind.LICENSE_CHANGE, License::over, IntegratorioOperations::updateLicense),
    LICENSES_DELETE(licenses, DELETE, ApiMethod.DELETE_LICENSE, RequiredId.LICENSE, BodyKind.NOTHING, null, IntegratorioOperations::delete),
    LICENSES_EXPIRE(licenses, EXPIRE, null, RequiredId.LICENSE_OR_EMAIL, BodyKind.NOTHING, License::over, IntegratorioOperations::expire),
    LICENSES_UPSERT(licenses, UPSERT, null, RequiredId.CONNECTOR, BodyKind.LICENSES, License::over, IntegratorioOperations::upsert);

    /** Asked for with every message, and {@code values()} is a copy. */
    private static final OperationDefinition[] ROWS = values();

    /** Which ids it needs. */
    enum RequiredId {
        NOTHING, CONNECTOR, LICENSE, LICENSE_OR_EMAIL
    }

    /** What it takes from the body. */
    enum BodyKind {
        NOTHING, CONNECTOR, LICENSE, LICENSE_CHANGE, LICENSES, IDS
    }

    /** What runs it. */
    public interface Handler {
        CompletableFuture<OperationResult> run(IntegratorioOperations provisioning, OperationRequest input);
    }

    public final IntegratorioResource resource;
    public final IntegratorioOperation operation;
    public final ApiMethod call;
    public final RequiredId needs;
    public final BodyKind takes;
    /** Makes a model object of a document; null when what comes back is no document. */
    public final Function<Map<String, Object>, ?> model;
    public final Handler flow;

    OperationDefinition(IntegratorioResource resource, IntegratorioOperation operation, ApiMethod call, RequiredId needs, BodyKind takes,
                      Function<Map<String, Object>, ?> model, Handler flow) {
        this.resource = resource;
        this.operation = operation;
        this.call = call;
        this.needs = needs;
        this.takes = takes;
        this.model = model;
        this.flow = flow;
    }

    /**
     * The row of a pair.
     *
     * @param  operation                the operation, or null when none was given
     * @throws IllegalArgumentException with the operations of the resource, when there is no such row
     */
    public static OperationDefinition of(IntegratorioResource resource, IntegratorioOperation operation) {
        for (OperationDefinition row : ROWS) {
            if (row.resource == resource && row.operation == operation) {
                return row;
            }
        }
        throw new IllegalArgumentException("operation: " + (operation == null ? "none given" : display(operation) + " is none") + " of "
                + resource + "; expected one of " + names(resource));
    }

    /** The operations of a resource, for messages. */
    static String names(IntegratorioResource resource) {
        return Arrays.stream(values()).filter(row -> row.resource == resource).map(row -> display(row.operation))
                .collect(Collectors.joining(", "));
    }

    /** As it is written in a URI. */
    public String operationName() {
        return display(operation);
    }

    private static String display(IntegratorioOperation operation) {
        return operation == PUSH_UPDATE ? "pushUpdate" : operation.name().toLowerCase(java.util.Locale.ROOT);
    }
}
