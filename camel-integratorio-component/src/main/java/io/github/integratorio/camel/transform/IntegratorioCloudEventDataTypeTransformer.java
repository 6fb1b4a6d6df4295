package io.github.integratorio.camel.transform;

import java.util.Locale;
import java.util.Map;

import io.github.integratorio.camel.api.ApiDocument;
import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.internal.json.Json;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * Makes a CloudEvent 1.0 of a change: the headers that Camel's components know, and the row as JSON. The event has no time, as the API
 * does not say when a row changed.
 */
@DataTypeTransformer(name = "integratorio:application-cloudevents",
                     description = "Makes a CloudEvent of a change that an integratorio consumer found: sets the CloudEvent headers, and turns the row into JSON")
public class IntegratorioCloudEventDataTypeTransformer extends Transformer {

    /** The list that a change was found in, as an exchange property: unlike the endpoint, it stays with copies of the exchange. */
    public static final String SOURCE = "CamelIntegratorioChangeSource";

    private static final String TYPE = "io.github.integratorio.";

    /** @throws IllegalArgumentException when the message is not a change that an integratorio consumer found */
    @Override
    public void transform(Message message, DataType from, DataType to) {
        String id = message.getHeader(IntegratorioConstants.CHANGE_ID, String.class);
        ChangeType type = message.getHeader(IntegratorioConstants.CHANGE_TYPE, ChangeType.class);
        String source = message.getExchange().getProperty(SOURCE, String.class);
        if (id == null || type == null || source == null) {
            throw new IllegalArgumentException("integratorio:application-cloudevents: expected a change as from(\"integratorio:…\") gives it,"
                    + " with its headers " + IntegratorioConstants.CHANGE_ID + " and " + IntegratorioConstants.CHANGE_TYPE);
        }
        IntegratorioResource resource = IntegratorioResource.valueOf(source.substring(source.lastIndexOf('/') + 1));
        message.setHeader("CamelCloudEventID", id);
        message.setHeader("CamelCloudEventVersion", "1.0");
        message.setHeader("CamelCloudEventType", TYPE + resource + "." + type.name().toLowerCase(Locale.ROOT));
        message.setHeader("CamelCloudEventSource", source);
        message.setHeader("CamelCloudEventSubject", message.getHeader(key(resource), String.class));
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        if (message.getBody() instanceof ApiDocument document) {
            message.setBody(document.toString());
        } else if (message.getBody() instanceof Map<?, ?> row) {
            message.setBody(Json.toText(row));
        }
    }

    private static String key(IntegratorioResource resource) {
        return switch (resource) {
            case connectors -> IntegratorioConstants.CONNECTOR_ID;
            case licenses -> IntegratorioConstants.LICENSE_ID;
            case installBase -> IntegratorioConstants.INTEGRATION_ID;
        };
    }
}
