package io.github.integratorio.camel;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.integratorio.camel.client.ApiCall;
import io.github.integratorio.camel.model.Connector;
import io.github.integratorio.camel.model.Installation;
import io.github.integratorio.camel.model.License;
import io.github.integratorio.camel.provisioning.Input;
import io.github.integratorio.camel.provisioning.Provisioning;
import io.github.integratorio.camel.provisioning.Result;

import static io.github.integratorio.camel.IntegratorioOperation.CREATE;
import static io.github.integratorio.camel.IntegratorioOperation.DELETE;
import static io.github.integratorio.camel.IntegratorioOperation.EXPIRE;
import static io.github.integratorio.camel.IntegratorioOperation.GET;
import static io.github.integratorio.camel.IntegratorioOperation.LIST;
import static io.github.integratorio.camel.IntegratorioOperation.PUSH_UPDATE;
import static io.github.integratorio.camel.IntegratorioOperation.UPDATE;
import static io.github.integratorio.camel.IntegratorioOperation.UPSERT;
import static io.github.integratorio.camel.Resource.connectors;
import static io.github.integratorio.camel.Resource.installBase;
import static io.github.integratorio.camel.Resource.licenses;

/** What can be done with which resource, one row each: what it needs, takes and gives, and what runs it. */
enum ResourceOperation {

    CONNECTORS_LIST(connectors, LIST, ApiCall.LIST_CONNECTORS, Needs.NOTHING, Takes.NOTHING, Connector::over, Provisioning::read),
    CONNECTORS_GET(connectors, GET, ApiCall.GET_CONNECTOR, Needs.CONNECTOR, Takes.NOTHING, Connector::over, Provisioning::read),
    CONNECTORS_CREATE(connectors, CREATE, ApiCall.CREATE_CONNECTOR, Needs.NOTHING, Takes.CONNECTOR, Connector::over, Provisioning::createConnector),
    CONNECTORS_UPDATE(connectors, UPDATE, ApiCall.UPDATE_CONNECTOR, Needs.CONNECTOR, Takes.CONNECTOR, Connector::over, Provisioning::updateConnector),
    CONNECTORS_DELETE(connectors, DELETE, ApiCall.DELETE_CONNECTOR, Needs.CONNECTOR, Takes.NOTHING, null, Provisioning::delete),

    INSTALL_BASE_LIST(installBase, LIST, ApiCall.LIST_INSTALL_BASE, Needs.CONNECTOR, Takes.NOTHING, Installation::over, Provisioning::read),
    INSTALL_BASE_PUSH_UPDATE(installBase, PUSH_UPDATE, ApiCall.PUSH_UPDATE, Needs.CONNECTOR, Takes.IDS, null, Provisioning::pushUpdate),

    LICENSES_LIST(licenses, LIST, ApiCall.LIST_LICENSES, Needs.CONNECTOR, Takes.NOTHING, License::over, Provisioning::read),
    LICENSES_GET(licenses, GET, ApiCall.GET_LICENSE, Needs.LICENSE, Takes.NOTHING, License::over, Provisioning::read),
    LICENSES_CREATE(licenses, CREATE, ApiCall.CREATE_LICENSE, Needs.CONNECTOR, Takes.LICENSE, License::over, Provisioning::createLicense),
    LICENSES_UPDATE(licenses, UPDATE, ApiCall.UPDATE_LICENSE, Needs.LICENSE, Takes.LICENSE_CHANGE, License::over, Provisioning::updateLicense),
    LICENSES_DELETE(licenses, DELETE, ApiCall.DELETE_LICENSE, Needs.LICENSE, Takes.NOTHING, null, Provisioning::delete),
    LICENSES_EXPIRE(licenses, EXPIRE, null, Needs.LICENSE_OR_EMAIL, Takes.NOTHING, License::over, Provisioning::expire),
    LICENSES_UPSERT(licenses, UPSERT, null, Needs.CONNECTOR, Takes.LICENSES, License::over, Provisioning::upsert);

    /** Asked for with every message, and {@code values()} is a copy. */
    private static final ResourceOperation[] ROWS = values();

    /** Which ids it needs. */
    enum Needs {
        NOTHING, CONNECTOR, LICENSE, LICENSE_OR_EMAIL
    }

    /** What it takes from the body. */
    enum Takes {
        NOTHING, CONNECTOR, LICENSE, LICENSE_CHANGE, LICENSES, IDS
    }

    /** What runs it. */
    interface Flow {
        CompletableFuture<Result> run(Provisioning provisioning, Input input);
    }

    final Resource resource;
    final IntegratorioOperation operation;
    final ApiCall call;
    final Needs needs;
    final Takes takes;
    /** Makes a model object of a document; null when what comes back is no document. */
    final Function<Map<String, Object>, ?> model;
    final Flow flow;

    ResourceOperation(Resource resource, IntegratorioOperation operation, ApiCall call, Needs needs, Takes takes,
                      Function<Map<String, Object>, ?> model, Flow flow) {
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
    static ResourceOperation of(Resource resource, IntegratorioOperation operation) {
        for (ResourceOperation row : ROWS) {
            if (row.resource == resource && row.operation == operation) {
                return row;
            }
        }
        throw new IllegalArgumentException("operation: " + (operation == null ? "none given" : display(operation) + " is none") + " of "
                + resource + "; expected one of " + names(resource));
    }

    /** The operations of a resource, for messages. */
    static String names(Resource resource) {
        return Arrays.stream(values()).filter(row -> row.resource == resource).map(row -> display(row.operation))
                .collect(Collectors.joining(", "));
    }

    /** As it is written in a URI. */
    String operationName() {
        return display(operation);
    }

    private static String display(IntegratorioOperation operation) {
        return operation == PUSH_UPDATE ? "pushUpdate" : operation.name().toLowerCase(java.util.Locale.ROOT);
    }
}
