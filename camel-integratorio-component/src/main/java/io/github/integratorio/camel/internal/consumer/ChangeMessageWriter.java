package io.github.integratorio.camel.internal.consumer;

import java.util.List;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.OutputType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.message.OutputConverter;
import io.github.integratorio.camel.internal.message.ResultIds;
import org.apache.camel.Message;

/** Writes a change into a message: the row becomes the body, and the details of the change become headers. */
public final class ChangeMessageWriter {

    /** Exchange property with the URL of the changed list. Unlike the endpoint, it is kept by copies of the exchange. */
    public static final String SOURCE = "CamelIntegratorioChangeSource";

    private final IntegratorioResource resource;
    private final OutputConverter output;
    private final String baseUrl;

    /**
     * Creates the writer of a consumer.
     *
     * @param resource   resource of the rows
     * @param outputType type of the body
     * @param baseUrl    base URL of the API
     */
    public ChangeMessageWriter(IntegratorioResource resource, OutputType outputType, String baseUrl) {
        this.resource = resource;
        this.output = new OutputConverter(resource, outputType);
        this.baseUrl = baseUrl;
    }

    public void write(Message message, FeedId feed, Change change) {
        message.setBody(output.document(change.row()));
        message.setHeader(IntegratorioConstants.CHANGE_TYPE, change.type());
        message.setHeader(IntegratorioConstants.CHANGE_ID, change.id());
        message.setHeader(IntegratorioConstants.CHANGE_VERSION, change.version());
        message.setHeader(IntegratorioConstants.CHANGED_FIELDS, List.copyOf(change.changedFields()));
        if (change.previous() != null) {
            message.setHeader(IntegratorioConstants.PREVIOUS, output.document(change.previousRow()));
        }
        if (change.dueAt() != null) {
            message.setHeader(IntegratorioConstants.DUE_AT, IsoInstants.format(change.dueAt()));
        }
        String list = "/connectors";
        if (resource != IntegratorioResource.connectors) {
            list += "/" + feed.connectorId() + "/" + resource;
            ResultIds.writeConnectorId(message.getExchange(), feed.connectorId());
        }
        switch (resource) {
            case connectors -> ResultIds.writeConnectorId(message.getExchange(), change.key());
            case licenses -> ResultIds.writeLicenseId(message.getExchange(), change.key(), change.row());
            case installBase -> message.setHeader(resource.idHeader(), change.key());
        }
        message.getExchange().setProperty(SOURCE, baseUrl + list);
    }
}
