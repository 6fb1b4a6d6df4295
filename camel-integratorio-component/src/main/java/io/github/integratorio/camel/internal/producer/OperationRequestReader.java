package io.github.integratorio.camel.internal.producer;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.ApiDocument;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.UpdateMode;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.operation.DocumentValidator;
import io.github.integratorio.camel.internal.operation.EmailAddress;
import io.github.integratorio.camel.internal.operation.OperationRequest;
import io.github.integratorio.camel.internal.producer.OperationDefinition.BodyKind;
import io.github.integratorio.camel.internal.producer.OperationDefinition.RequiredId;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;

/** Reads the request of an operation from a message. URI options take precedence; headers may only set what the URI leaves open. */
public final class OperationRequestReader {

    private final IntegratorioResource resource;
    private final IntegratorioConfiguration options;
    /** The operation in the URI; null if it has none. */
    private final OperationDefinition configured;

    public OperationRequestReader(IntegratorioResource resource, IntegratorioConfiguration options) {
        this.resource = resource;
        this.options = options;
        this.configured =
                options.getOperation() == null ? null : OperationDefinition.of(resource, options.getOperation());
    }

    /** Returns the operation in the URI or the header. */
    public OperationDefinition operation(Message message) {
        Object header = message.getHeader(IntegratorioConstants.OPERATION);
        IntegratorioOperation named = header == null ? null : operation(header);
        if (configured == null) {
            return OperationDefinition.of(resource, named);
        }
        if (named != null && named != configured.operation) {
            throw conflicting("operation", IntegratorioConstants.OPERATION);
        }
        return configured;
    }

    private IntegratorioOperation operation(Object header) {
        if (header instanceof IntegratorioOperation operation) {
            return operation;
        }
        if (header instanceof String text) {
            String plain = text.replaceAll("[-_]", "");
            for (IntegratorioOperation operation : IntegratorioOperation.values()) {
                if (operation.name().replace("_", "").equalsIgnoreCase(plain)) {
                    return operation;
                }
            }
        }
        throw new IllegalArgumentException("header " + IntegratorioConstants.OPERATION + ": expected one of "
                + OperationDefinition.names(resource));
    }

    /**
     * Reads and checks the request.
     *
     * @throws IllegalArgumentException if an option, header or field is missing or invalid
     */
    public OperationRequest read(OperationDefinition definition, Message message, Scheduler scheduler) {
        String connectorId = definition.requiredId == RequiredId.NONE ? null
                : id(message, "connectorId", options.getConnectorId(), IntegratorioConstants.CONNECTOR_ID);
        String licenseId = !definition.acceptsLicenseId() ? null
                : id(message, "licenseId", options.getLicenseId(), IntegratorioConstants.LICENSE_ID);
        String email = definition.acceptsEmail() ? email(message) : null;
        requireIds(definition.requiredId, connectorId, licenseId, email);
        Instant expires = definition.acceptsExpires() ? expires(message, scheduler.now()) : null;
        boolean isList = false;
        List<Map<String, Object>> documents = new ArrayList<>();
        if (definition.bodyKind == BodyKind.IDS) {
            documents.add(DocumentValidator.integrationIds(ids(message.getBody())));
        } else if (definition.bodyKind != BodyKind.NONE) {
            Object value = definition.bodyKind == BodyKind.LICENSES || email == null || message.getBody() != null
                    ? plain(message.getBody()) : new LinkedHashMap<>();
            isList = value instanceof List && definition.bodyKind == BodyKind.LICENSES;
            for (Object item : isList ? (List<?>) value : Collections.singletonList(value)) {
                documents.add(filled(item, email, expires, definition));
            }
            if (isList && licenseId != null) {
                throw new IllegalArgumentException(
                        "licenseId: not allowed with a List of licenses; set _id in each license");
            }
        }
        return new OperationRequest(definition.call, connectorId, licenseId, email, options.isSandbox(), expires,
                documents, isList,
                options.getUpdateMode() == UpdateMode.MERGE,
                options.isStreaming() && definition.operation == IntegratorioOperation.LIST,
                CallContext.begin(scheduler, Duration.ofMillis(options.getOperationTimeout())));
    }

    private static void requireIds(RequiredId required, String connectorId, String licenseId, String email) {
        if (required != RequiredId.NONE && connectorId == null) {
            throw missing("connectorId", IntegratorioConstants.CONNECTOR_ID);
        }
        if (required == RequiredId.LICENSE && licenseId == null) {
            throw missing("licenseId", IntegratorioConstants.LICENSE_ID);
        }
        if (required == RequiredId.LICENSE_OR_EMAIL && licenseId == null && email == null) {
            throw new IllegalArgumentException("licenseId or email: one of them is required, as an option or a header");
        }
    }

    /** Completes a document of the body with the e-mail address and the expiry of options and headers. */
    private Map<String, Object> filled(Object item, String email, Instant expires, OperationDefinition definition) {
        if (!(item instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("body: expected a JSON object"
                    + (definition.bodyKind == BodyKind.LICENSES ? " or a List of them" : "") + ", but got "
                    + (item == null ? "null" : item instanceof List ? "an array" : "a single value"));
        }
        Map<String, Object> document = JsonValues.object(map);
        if (email != null) {
            if (document.get("email") != null && !email.equals(document.get("email"))) {
                throw new IllegalArgumentException(
                        "email: the e-mail address in the body does not match the option or header");
            }
            document.put("email", email);
        }
        if (expires != null) {
            document.put("expires", expires);
        }
        if (options.isSandbox() && definition.acceptsEmail()) {
            document.putIfAbsent("sandbox", true);
        }
        return document;
    }

    private static String id(Message message, String option, String fromUri, String header) {
        Object value = message.getHeader(header);
        if (value == null) {
            return fromUri;
        }
        if (!(value instanceof String text)) {
            throw new IllegalArgumentException("header " + header + ": expected a String");
        }
        ApiRequest.requireId("header " + header, text);
        if (fromUri != null && !fromUri.equals(text)) {
            throw conflicting(option, header);
        }
        return text;
    }

    private String email(Message message) {
        Object value = message.getHeader(IntegratorioConstants.EMAIL);
        if (value == null) {
            return options.getEmail();
        }
        String email = EmailAddress.require("header " + IntegratorioConstants.EMAIL, value);
        if (options.getEmail() != null && !options.getEmail().equals(email)) {
            throw conflicting("email", IntegratorioConstants.EMAIL);
        }
        return email;
    }

    private Instant expires(Message message, Instant now) {
        Object value = message.getHeader(IntegratorioConstants.EXPIRES);
        if (value == null) {
            return options.getExpires() == null ? null : expires("expires", options.getExpires(), now);
        }
        if (options.getExpires() != null && !options.getExpires().equals(value)) {
            throw conflicting("expires", IntegratorioConstants.EXPIRES);
        }
        return expires("header " + IntegratorioConstants.EXPIRES, value, now);
    }

    /** Parses an expiry: an instant with a zone, or a duration from now. */
    public static Instant expires(String name, Object value, Instant now) {
        if (value instanceof String text && text.startsWith("P")) {
            try {
                return DocumentValidator.instant(name, text.indexOf('T') >= 0
                        ? now.plus(Duration.parse(text))
                        : now.atZone(ZoneOffset.UTC).plus(Period.parse(text)).toInstant());
            } catch (DateTimeException | ArithmeticException e) {
                throw new IllegalArgumentException(name + ": expected an ISO-8601 duration such as P30D");
            }
        }
        return DocumentValidator.instant(name, value);
    }

    private static Object ids(Object body) {
        Object value = text(body);
        boolean json = value instanceof byte[]
                || value instanceof String text
                        && (text.stripLeading().startsWith("{") || text.stripLeading().startsWith("["));
        return value != null && (json || !(value instanceof String)) ? plain(value) : value;
    }

    /** Returns the body as plain JSON values. */
    private static Object plain(Object body) {
        Object value = text(body);
        try {
            if (value == null) {
                throw new IllegalArgumentException("required");
            }
            if (value instanceof String text) {
                return Json.parseInput(text);
            }
            return value instanceof byte[] bytes ? Json.parseInput(bytes) : JsonValues.copyOf(unwrapped(value));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("body: " + e.getMessage());
        }
    }

    /** Returns the fields of a model object, a collection with the fields of those in it, and any other body unchanged. */
    private static Object unwrapped(Object body) {
        if (body instanceof Collection<?> items) {
            return items.stream().map(item -> item instanceof ApiDocument document ? document.asMap() : item).toList();
        }
        return body instanceof ApiDocument document ? document.asMap() : body;
    }

    /** Returns the bytes of a stream or a file, and any other body unchanged. */
    private static Object text(Object body) {
        try {
            if (body instanceof WrappedFile<?> file && file.getFile() instanceof File local) {
                return bounded(new FileInputStream(local));
            }
            if (body instanceof StreamCache cache) {
                BoundedOutput out = new BoundedOutput();
                cache.writeTo(out);
                cache.reset();
                return out.toByteArray();
            }
            return body instanceof InputStream in ? bounded(in) : body;
        } catch (IOException e) {
            throw new IllegalArgumentException("body: cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] bounded(InputStream in) throws IOException {
        try (in) {
            return in.readNBytes(Json.MAXIMUM_INPUT + 1);
        }
    }

    /** Stops one byte after the limit, so that a body that is too large is noticed but not kept in memory. */
    private static final class BoundedOutput extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, Math.min(length, Json.MAXIMUM_INPUT + 1 - count));
        }

        @Override
        public synchronized void write(int one) {
            if (count <= Json.MAXIMUM_INPUT) {
                super.write(one);
            }
        }
    }

    private static IllegalArgumentException missing(String option, String header) {
        return new IllegalArgumentException(option + ": required, as an option or header " + header);
    }

    private static IllegalArgumentException conflicting(String option, String header) {
        return new IllegalArgumentException(option + ": header " + header
                + " conflicts with the endpoint URI, which headers cannot override; remove the header, or the option from the URI");
    }
}
