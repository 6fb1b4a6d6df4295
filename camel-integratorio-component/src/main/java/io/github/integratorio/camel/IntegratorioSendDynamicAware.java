package io.github.integratorio.camel;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.internal.producer.OptionOrHeader;
import io.github.integratorio.camel.internal.producer.UriTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.annotations.SendDynamic;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.LRUCacheFactory;
import org.apache.camel.support.component.SendDynamicAwareSupport;
import org.apache.camel.util.URISupport;

/**
 * Lets a {@code toD} with dynamic ids use a single endpoint by passing the ids in headers, and makes sure that the values that it fills
 * in stay values: the options are those of the URI that was written.
 */
@SendDynamic("integratorio")
public class IntegratorioSendDynamicAware extends SendDynamicAwareSupport {

    private static final Map<String, String> HEADERS = Map.of(
            "connectorId", IntegratorioConstants.CONNECTOR_ID,
            "licenseId", IntegratorioConstants.LICENSE_ID,
            "email", IntegratorioConstants.EMAIL,
            "expires", IntegratorioConstants.EXPIRES,
            "idempotencyKey", IntegratorioConstants.IDEMPOTENCY_KEY);

    private static final Set<String> RESULTS = Set.of("connectorId", "licenseId");

    private final Map<String, UriTemplate> templates = LRUCacheFactory.newLRUSoftCache(100);

    /** Does not look for the options of the scheme, as Camel's class does: it finds none if a component has another name. */
    @Override
    protected void doInit() {
        // The template knows the options.
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }

    @Override
    public DynamicAwareEntry prepare(Exchange exchange, String uri, String originalUri) throws Exception {
        UriTemplate template = template(exchange, originalUri);
        Map<String, Object> ids = new LinkedHashMap<>();
        template.values(uri).forEach((option, value) -> {
            if (UriTemplate.hasExpression(value)) {
                throw new IllegalArgumentException(option + ": Camel has not evaluated the expression in the URI of the"
                        + " toD, as happens beside an optional placeholder {{?…}}. Write RAW(…) around it, or use a header");
            }
            if (HEADERS.containsKey(option)) {
                // Not in the pre-processor: Camel sends the exchange although that fails.
                OptionOrHeader.requireSame(exchange.getMessage(), option, HEADERS.get(option), value);
                ids.put(option, value);
            } else if (!template.isWritten(option)) {
                requireValue(option, value, template.isRaw(option));
            }
        });
        return new DynamicAwareEntry(uri, originalUri, Map.of(), ids);
    }

    /** Camel decodes a value that stays in the URI before it splits the options: {@code %26} would begin another one. */
    private static void requireValue(String option, String value, boolean isRaw) {
        if (value.startsWith("#")) {
            throw new IllegalArgumentException(option + ": a value that is filled in cannot name a bean");
        }
        if (value.indexOf('@') >= 0) {
            throw new IllegalArgumentException(option + ": a value that is filled in cannot be an e-mail address");
        }
        if (!isRaw && value.indexOf('%') >= 0) {
            throw new IllegalArgumentException(
                    option + ": a value that is filled in cannot contain %, which Camel decodes. Write RAW(…) around it");
        }
    }

    private UriTemplate template(Exchange exchange, String originalUri) throws Exception {
        UriTemplate template = templates.get(originalUri);
        if (template == null) {
            template = new UriTemplate(
                    EndpointHelper.resolveEndpointUriPropertyPlaceholders(exchange.getContext(), originalUri));
            templates.put(originalUri, template);
        }
        return template;
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
        return message -> {
            UriGuard.markChecked(message);
            HEADERS.forEach((option, header) -> {
                Object value = entry.getLenientProperties().get(option);
                if (value != null) {
                    message.getMessage().setHeader(header, value);
                }
            });
        };
    }

    /** Removes what the pre-processor set. After a success the ids stay, because they are results. */
    @Override
    public Processor createPostProcessor(Exchange exchange, DynamicAwareEntry entry) {
        Map<String, Object> before = new HashMap<>();
        HEADERS.values().forEach(header -> before.put(header, exchange.getMessage().getHeader(header)));
        return sent -> {
            UriGuard.removeMark(sent);
            HEADERS.forEach((option, header) -> {
                boolean isResult = RESULTS.contains(option) && sent.getException() == null;
                if (entry.getLenientProperties().containsKey(option) && !isResult) {
                    if (before.get(header) == null) {
                        sent.getMessage().removeHeader(header);
                    } else {
                        sent.getMessage().setHeader(header, before.get(header));
                    }
                }
            });
        };
    }
}
