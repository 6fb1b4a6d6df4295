package io.github.integratorio.camel;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.annotations.SendDynamic;
import org.apache.camel.support.component.SendDynamicAwareSupport;
import org.apache.camel.util.URISupport;

/** Lets a {@code toD} with dynamic ids use a single endpoint by passing the ids in headers. */
@SendDynamic("integratorio")
public class IntegratorioSendDynamicAware extends SendDynamicAwareSupport {

    private static final Map<String, String> HEADERS = Map.of(
            "connectorId", IntegratorioConstants.CONNECTOR_ID,
            "licenseId", IntegratorioConstants.LICENSE_ID,
            "email", IntegratorioConstants.EMAIL,
            "expires", IntegratorioConstants.EXPIRES);

    @Override
    public boolean isLenientProperties() {
        return false;
    }

    @Override
    public DynamicAwareEntry prepare(Exchange exchange, String uri, String originalUri) throws Exception {
        // Parse without decoding: a plus sign stays one. RAW(…) is resolved afterwards.
        Map<String, Object> properties =
                new LinkedHashMap<>(URISupport.parseQuery(URISupport.extractQuery(uri), true, true));
        URISupport.resolveRawParameterValues(properties);
        return new DynamicAwareEntry(uri, originalUri, Map.of(), asText(properties));
    }

    private static Map<String, Object> asText(Map<String, Object> properties) {
        properties.keySet().removeIf(key -> !HEADERS.containsKey(key));
        return properties;
    }

    @Override
    public String resolveStaticUri(Exchange exchange, DynamicAwareEntry entry) throws Exception {
        Map<String, Object> rest = new LinkedHashMap<>(
                URISupport.parseQuery(URISupport.extractQuery(entry.getUri()), true, true));
        rest.keySet().removeAll(HEADERS.keySet());
        String query = URISupport.createQueryString(rest, false);
        String path = URISupport.stripQuery(entry.getUri());
        return query.isEmpty() ? path : path + "?" + query;
    }

    @Override
    public Processor createPreProcessor(Exchange exchange, DynamicAwareEntry entry) {
        return message -> HEADERS.forEach((option, header) -> {
            Object value = entry.getLenientProperties().get(option);
            if (value != null) {
                message.getMessage().setHeader(header, value);
            }
        });
    }

    @Override
    public Processor createPostProcessor(Exchange exchange, DynamicAwareEntry entry) {
        // The ids are results, too; these two headers are not.
        return message -> {
            for (String option : new String[] { "email", "expires" }) {
                if (entry.getLenientProperties().containsKey(option)) {
                    message.getMessage().removeHeader(HEADERS.get(option));
                }
            }
        };
    }
}
