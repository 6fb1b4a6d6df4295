package io.github.integratorio.camel;

import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.changes.Change;
import io.github.integratorio.camel.changes.FeedId;
import io.github.integratorio.camel.json.Json;
import org.apache.camel.Message;

/** Writes a change into a message: the row is the body, what happened to it the headers. */
final class ChangeMessage {

    private final Resource resource;
    private final OutputType form;
    private final String baseUrl;

    /**
     * @param resource what the rows are
     * @param form     what a row becomes
     * @param baseUrl  of the API
     */
    ChangeMessage(Resource resource, OutputType form, String baseUrl) {
        this.resource = resource;
        this.form = form;
        this.baseUrl = baseUrl;
    }

    void write(Message message, FeedId feed, Change change) {
        message.setBody(row(change.row()));
        message.setHeader(IntegratorioConstants.CHANGE_TYPE, change.type());
        message.setHeader(IntegratorioConstants.CHANGE_ID, change.id());
        message.setHeader(IntegratorioConstants.CHANGE_VERSION, change.version());
        message.setHeader(IntegratorioConstants.CHANGED_FIELDS, List.copyOf(change.changedFields()));
        if (change.previous() != null) {
            message.setHeader(IntegratorioConstants.PREVIOUS, row(change.previousRow()));
        }
        message.getExchange().setProperty(CloudEventTransformer.SOURCE,
                baseUrl + "/connectors" + (resource == Resource.connectors ? "" : "/" + feed.connectorId() + "/" + resource));
        message.setHeader(IntegratorioConstants.CONNECTOR_ID, resource == Resource.connectors ? change.key() : feed.connectorId());
        if (resource == Resource.licenses) {
            message.setHeader(IntegratorioConstants.LICENSE_ID, change.key());
        } else if (resource == Resource.installBase) {
            message.setHeader(IntegratorioConstants.INTEGRATION_ID, change.key());
        }
    }

    private Object row(Map<String, Object> row) {
        return switch (form) {
            case JSON -> Json.toText(row);
            case MAP -> row;
            case MODEL -> ResourceOperation.of(resource, IntegratorioOperation.LIST).model.apply(row);
        };
    }
}
