package io.github.integratorio.camel.internal.producer;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.operation.OperationExecutor;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;

import static io.github.integratorio.camel.api.IntegratorioOperation.CREATE;
import static io.github.integratorio.camel.api.IntegratorioOperation.DELETE;
import static io.github.integratorio.camel.api.IntegratorioOperation.EXPIRE;
import static io.github.integratorio.camel.api.IntegratorioOperation.GET;
import static io.github.integratorio.camel.api.IntegratorioOperation.LIST;
import static io.github.integratorio.camel.api.IntegratorioOperation.PUSH_UPDATE;
import static io.github.integratorio.camel.api.IntegratorioOperation.RECONCILE;
import static io.github.integratorio.camel.api.IntegratorioOperation.UPDATE;
import static io.github.integratorio.camel.api.IntegratorioOperation.UPSERT;
import static io.github.integratorio.camel.api.IntegratorioResource.connectors;
import static io.github.integratorio.camel.api.IntegratorioResource.installBase;
import static io.github.integratorio.camel.api.IntegratorioResource.licenses;

/** The operations of each resource: required ids, body, API call and handler. */
public enum OperationDefinition {

    CONNECTORS_LIST(connectors, LIST, ApiMethod.LIST_CONNECTORS, RequiredId.NONE, BodyKind.NONE, true,
            OperationExecutor::read),
    CONNECTORS_GET(connectors, GET, ApiMethod.GET_CONNECTOR, RequiredId.CONNECTOR, BodyKind.NONE, true,
            OperationExecutor::read),
    CONNECTORS_CREATE(connectors, CREATE, ApiMethod.CREATE_CONNECTOR, RequiredId.NONE, BodyKind.CONNECTOR, true,
            OperationExecutor::createConnector),
    CONNECTORS_UPDATE(connectors, UPDATE, ApiMethod.UPDATE_CONNECTOR, RequiredId.CONNECTOR, BodyKind.CONNECTOR, true,
            OperationExecutor::updateConnector),
    CONNECTORS_DELETE(connectors, DELETE, ApiMethod.DELETE_CONNECTOR, RequiredId.CONNECTOR, BodyKind.NONE, false,
            OperationExecutor::delete),

    INSTALL_BASE_LIST(installBase, LIST, ApiMethod.LIST_INSTALL_BASE, RequiredId.CONNECTOR, BodyKind.NONE, true,
            OperationExecutor::read),
    INSTALL_BASE_PUSH_UPDATE(installBase, PUSH_UPDATE, ApiMethod.PUSH_UPDATE, RequiredId.CONNECTOR, BodyKind.IDS, false,
            OperationExecutor::pushUpdate),

    LICENSES_LIST(licenses, LIST, ApiMethod.LIST_LICENSES, RequiredId.CONNECTOR, BodyKind.NONE, true,
            OperationExecutor::read),
    LICENSES_GET(licenses, GET, ApiMethod.GET_LICENSE, RequiredId.LICENSE, BodyKind.NONE, true,
            OperationExecutor::read),
    LICENSES_CREATE(licenses, CREATE, ApiMethod.CREATE_LICENSE, RequiredId.CONNECTOR, BodyKind.LICENSE, true,
            OperationExecutor::createLicense),
    LICENSES_UPDATE(licenses, UPDATE, ApiMethod.UPDATE_LICENSE, RequiredId.LICENSE, BodyKind.LICENSE_CHANGE, true,
            OperationExecutor::updateLicense),
    LICENSES_DELETE(licenses, DELETE, ApiMethod.DELETE_LICENSE, RequiredId.LICENSE, BodyKind.NONE, false,
            OperationExecutor::delete),
    LICENSES_EXPIRE(licenses, EXPIRE, null, RequiredId.LICENSE_OR_EMAIL, BodyKind.NONE, true,
            OperationExecutor::expire),
    LICENSES_UPSERT(licenses, UPSERT, null, RequiredId.CONNECTOR, BodyKind.LICENSES, true,
            OperationExecutor::upsert),
    LICENSES_RECONCILE(licenses, RECONCILE, null, RequiredId.CONNECTOR, BodyKind.ALL_LICENSES, false,
            OperationExecutor::reconcile);

    /** Ids that an operation requires; all but NONE include the connector's. */
    public enum RequiredId {
        NONE, CONNECTOR, LICENSE, LICENSE_OR_EMAIL
    }

    /** Content that an operation expects in the body. */
    public enum BodyKind {
        NONE, CONNECTOR, LICENSE, LICENSE_CHANGE, LICENSES, ALL_LICENSES, IDS
    }

    /** Runs an operation. */
    public interface Handler {
        CompletableFuture<OperationResult> run(OperationExecutor operations, OperationRequest request);
    }

    public final IntegratorioResource resource;
    public final IntegratorioOperation operation;
    /** The API call; null if the operation consists of several. */
    public final ApiMethod call;
    public final RequiredId requiredId;
    public final BodyKind bodyKind;
    /** True if the result is a document of the resource, or a list of them. */
    public final boolean returnsDocuments;
    public final Handler handler;

    OperationDefinition(IntegratorioResource resource, IntegratorioOperation operation, ApiMethod call,
            RequiredId requiredId, BodyKind bodyKind, boolean returnsDocuments, Handler handler) {
        this.resource = resource;
        this.operation = operation;
        this.call = call;
        this.requiredId = requiredId;
        this.bodyKind = bodyKind;
        this.returnsDocuments = returnsDocuments;
        this.handler = handler;
    }

    /**
     * Returns the operation of a resource.
     *
     * @param  operation                the operation; null if none is given
     * @param  dryRun                   whether the option {@code dryRun} is set
     * @throws IllegalArgumentException if the resource does not support it, or it has no dry run although one is wanted
     */
    public static OperationDefinition of(IntegratorioResource resource, IntegratorioOperation operation,
            boolean dryRun) {
        for (OperationDefinition definition : values()) {
            if (definition.resource == resource && definition.operation == operation) {
                if (dryRun && !definition.hasDryRun()) {
                    throw new IllegalArgumentException("dryRun: not supported for " + resource + " "
                            + display(operation) + "; supported for licenses: "
                            + names(OperationDefinition::hasDryRun));
                }
                return definition;
            }
        }
        throw new IllegalArgumentException("operation: "
                + (operation == null ? "required for " : display(operation) + " is not supported for ")
                + resource + "; supported: " + names(resource));
    }

    boolean acceptsLicenseId() {
        return requiredId == RequiredId.LICENSE || requiredId == RequiredId.LICENSE_OR_EMAIL
                || bodyKind == BodyKind.LICENSES;
    }

    boolean acceptsEmail() {
        return requiredId == RequiredId.LICENSE_OR_EMAIL || bodyKind == BodyKind.LICENSE
                || bodyKind == BodyKind.LICENSES;
    }

    boolean acceptsExpires() {
        return resource == licenses && operation != DELETE && operation != RECONCILE && isWrite();
    }

    boolean acceptsIdempotencyKey() {
        return bodyKind == BodyKind.LICENSE || bodyKind == BodyKind.LICENSES;
    }

    private boolean hasDryRun() {
        return resource == licenses && operation != CREATE && isWrite();
    }

    /** Whether it changes anything. */
    public boolean isWrite() {
        return call == null || call.isWrite();
    }

    /** Returns the names of a resource's operations, for error messages. */
    static String names(IntegratorioResource resource) {
        return names(definition -> definition.resource == resource);
    }

    private static String names(Predicate<OperationDefinition> condition) {
        return Arrays.stream(values()).filter(condition)
                .map(OperationDefinition::operationName).collect(Collectors.joining(", "));
    }

    /** Returns the name of the operation as in a URI. */
    public String operationName() {
        return display(operation);
    }

    static String display(IntegratorioOperation operation) {
        return operation == PUSH_UPDATE ? "pushUpdate" : operation.name().toLowerCase(Locale.ROOT);
    }
}
