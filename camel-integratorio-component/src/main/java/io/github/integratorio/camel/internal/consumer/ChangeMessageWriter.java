package io.github.integratorio.camel.internal.consumer;

import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.OutputType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.producer.OperationDefinition;
import io.github.integratorio.camel.transform.IntegratorioCloudEventDataTypeTransformer;
import org.apache.camel.Message;

/** Writes a change into a message: the row is the body, what happened to it the headers. */
public final class ChangeMessageWriter {

    private final IntegratorioResource resource;
    private final OutputType form;
    private final String baseUrl;

    /**
     * @param resource what the rows are
     * @param form     what a row becomes
     * @param baseUrl  of the API
     */
    public ChangeMessageWriter(IntegratorioResource resource, OutputType form, String baseUrl) {
        this.resource = resource;
        this.form = form;
        this.baseUrl = baseUrl;
    }

    public void write(Message message, FeedId feed, Change change) {
        message.setBody(row(change.row()));
        message.setHeader(IntegratorioConstants.CHANGE_TYPE, change.type());
        message.setHeader(IntegratorioConstants.CHANGE_ID, change.id());
        message.setHeader(IntegratorioConstants.CHANGE_VERSION, change.version());
        message.setHeader(IntegratorioConstants.CHANGED_FIELDS, List.copyOf(change.changedFields()));
        if (change.previous() != null) {
            message.setHeader(IntegratorioConstants.PREVIOUS, row(change.previousRow()));
        }
        message.getExchange().setProperty(IntegratorioCloudEventDataTypeTransformer.SOURCE,
                baseUrl + "/connectors" + (resource == IntegratorioResource.connectors ? "" : "/" + feed.connectorId() + "/" + resource));
        message.setHeader(IntegratorioConstants.CONNECTOR_ID, resource == IntegratorioResource.connectors ? change.key() : feed.connectorId());
        if (resource == IntegratorioResource.licenses) {
            message.setHeader(IntegratorioConstants.LICENSE_ID, change.key());
        } else if (resource == IntegratorioResource.installBase) {
            message.setHeader(IntegratorioConstants.INTEGRATION_ID, change.key());
        }
    }

    private Object row(Map<String, Object> row) {
        return switch (form) {
            case JSON -> Json.toText(row);
            case MAP -> row;
            case MODEL -> OperationDefinition.of(resource, IntegratorioOperation.LIST).model.apply(row);
        };
    }
}
