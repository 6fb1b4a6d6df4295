package io.github.integratorio.camel.transform;

import java.util.Locale;
import java.util.Map;

import io.github.integratorio.camel.api.ApiDocument;
import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.internal.consumer.ChangeMessageWriter;
import io.github.integratorio.camel.internal.json.Json;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * Transforms a change into a CloudEvent 1.0: sets Camel's CloudEvent headers and converts the row to JSON. The event has no time,
 * because the API does not tell when a row changed.
 */
@DataTypeTransformer(name = "integratorio:application-cloudevents",
        description = "Transforms a change from an integratorio consumer into a CloudEvent: sets the CloudEvent headers and converts the row to JSON")
public class IntegratorioCloudEventDataTypeTransformer extends Transformer {

    private static final String TYPE = "io.github.integratorio.";

    /** @throws IllegalArgumentException if the message is not a change from an integratorio consumer */
    @Override
    public void transform(Message message, DataType from, DataType to) {
        String id = message.getHeader(IntegratorioConstants.CHANGE_ID, String.class);
        ChangeType type = message.getHeader(IntegratorioConstants.CHANGE_TYPE, ChangeType.class);
        String source = message.getExchange().getProperty(ChangeMessageWriter.SOURCE, String.class);
        if (id == null || type == null || source == null) {
            throw new IllegalArgumentException(
                    "integratorio:application-cloudevents: expected a change from an integratorio consumer,"
                            + " with the headers " + IntegratorioConstants.CHANGE_ID + " and "
                            + IntegratorioConstants.CHANGE_TYPE);
        }
        IntegratorioResource resource = IntegratorioResource.valueOf(source.substring(source.lastIndexOf('/') + 1));
        message.setHeader("CamelCloudEventID", id);
        message.setHeader("CamelCloudEventVersion", "1.0");
        message.setHeader("CamelCloudEventType", TYPE + resource + "." + type.name().toLowerCase(Locale.ROOT));
        message.setHeader("CamelCloudEventSource", source);
        message.setHeader("CamelCloudEventSubject", message.getHeader(resource.idHeader(), String.class));
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        if (message.getBody() instanceof ApiDocument document) {
            message.setBody(document.toString());
        } else if (message.getBody() instanceof Map<?, ?> row) {
            message.setBody(Json.toText(row));
        }
    }
}
