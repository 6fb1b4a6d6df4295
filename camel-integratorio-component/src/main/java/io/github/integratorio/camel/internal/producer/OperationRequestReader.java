package io.github.integratorio.camel.internal.producer;

import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.UpdateMode;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.IsoInstants;
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

/** Reads from a message what an operation works on. The URI is the law; headers fill its blanks. */
public final class OperationRequestReader {

    private final IntegratorioResource resource;
    private final IntegratorioConfiguration options;

    public OperationRequestReader(IntegratorioResource resource, IntegratorioConfiguration options) {
        this.resource = resource;
        this.options = options;
    }

    /** The operation that the URI or the header names. */
    public OperationDefinition operation(Message message) {
        Object header = message.getHeader(IntegratorioConstants.OPERATION);
        IntegratorioOperation named = header == null ? null : operation(header);
        if (named != null && options.getOperation() != null && named != options.getOperation()) {
            throw overridden("operation", IntegratorioConstants.OPERATION);
        }
        return OperationDefinition.of(resource, options.getOperation() != null ? options.getOperation() : named);
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
     * Everything the operation works on, checked.
     *
     * @throws IllegalArgumentException naming the option, header or field, when something is missing or wrong
     */
    public OperationRequest read(OperationDefinition row, Message message, Scheduler timeline) {
        Instant now = timeline.now();
        String connectorId = row.needs == RequiredId.NOTHING ? null
                : id(message, "connectorId", options.getConnectorId(), IntegratorioConstants.CONNECTOR_ID);
        String licenseId = row.needs == RequiredId.LICENSE || row.needs == RequiredId.LICENSE_OR_EMAIL || row.takes == BodyKind.LICENSES
                ? id(message, "licenseId", options.getLicenseId(), IntegratorioConstants.LICENSE_ID)
                : null;
        boolean mayName = row.needs == RequiredId.LICENSE_OR_EMAIL || row.takes == BodyKind.LICENSE || row.takes == BodyKind.LICENSES;
        String email = mayName ? email(message) : null;
        if (row.needs != RequiredId.NOTHING && connectorId == null) {
            throw missing("connectorId", IntegratorioConstants.CONNECTOR_ID);
        }
        if (row.needs == RequiredId.LICENSE && licenseId == null) {
            throw missing("licenseId", IntegratorioConstants.LICENSE_ID);
        }
        if (row.needs == RequiredId.LICENSE_OR_EMAIL && licenseId == null && email == null) {
            throw new IllegalArgumentException("licenseId or email: one is required, by option or by header");
        }
        Instant expires = row.resource == IntegratorioResource.licenses && row.call != null && !row.call.isWrite() ? null
                : row.resource == IntegratorioResource.licenses ? expires(message, now) : null;
        boolean many = false;
        List<Map<String, Object>> documents = new ArrayList<>();
        if (row.takes == BodyKind.IDS) {
            documents.add(DocumentValidator.integrationIds(ids(message.getBody())));
        } else if (row.takes != BodyKind.NOTHING) {
            Object value = row.takes == BodyKind.LICENSES || email == null || message.getBody() != null
                    ? plain(message.getBody()) : new LinkedHashMap<>();
            many = value instanceof List && row.takes == BodyKind.LICENSES;
            for (Object item : many ? (List<?>) value : java.util.Collections.singletonList(value)) {
                documents.add(filled(item, email, expires, row.takes));
            }
            if (many && licenseId != null) {
                throw new IllegalArgumentException("licenseId: cannot be given with a List of licenses; put _id into each");
            }
        }
        return new OperationRequest(row.call, connectorId, licenseId, email, expires, documents, many,
                options.getUpdateMode() == UpdateMode.MERGE, options.isStreaming() && row.operation == IntegratorioOperation.LIST,
                CallContext.begin(timeline, Duration.ofMillis(options.getOperationTimeout())));
    }

    private static Map<String, Object> filled(Object item, String email, Instant expires, BodyKind takes) {
        if (!(item instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("body: expected a JSON object"
                    + (takes == BodyKind.LICENSES ? " or a List of them" : "") + ", but it is "
                    + (item == null ? "null" : item instanceof List ? "an array" : "a single value"));
        }
        Map<String, Object> document = JsonValues.object(map);
        if (email != null) {
            if (document.get("email") != null && !email.equals(document.get("email"))) {
                throw new IllegalArgumentException("email: the body names another user than the option or header");
            }
            document.put("email", email);
        }
        if (expires != null) {
            document.put("expires", IsoInstants.format(expires));
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
            throw overridden(option, header);
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
            throw overridden("email", IntegratorioConstants.EMAIL);
        }
        return email;
    }

    private Instant expires(Message message, Instant now) {
        Object value = message.getHeader(IntegratorioConstants.EXPIRES);
        if (value == null) {
            return options.getExpires() == null ? null : expires("expires", options.getExpires(), now);
        }
        if (options.getExpires() != null && !options.getExpires().equals(value)) {
            throw overridden("expires", IntegratorioConstants.EXPIRES);
        }
        return expires("header " + IntegratorioConstants.EXPIRES, value, now);
    }

    /** Reads an expiry: an instant with a zone, or a duration from now. */
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
                || value instanceof String text && (text.stripLeading().startsWith("{") || text.stripLeading().startsWith("["));
        return value != null && (json || !(value instanceof String)) ? plain(value) : value;
    }

    /** The body in plain JSON form. */
    private static Object plain(Object body) {
        Object value = text(body);
        try {
            if (value == null) {
                throw new IllegalArgumentException("is missing");
            }
            if (value instanceof String text) {
                return Json.parseInput(text);
            }
            return value instanceof byte[] bytes ? Json.parseInput(bytes) : JsonValues.copyOf(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("body: " + e.getMessage());
        }
    }

    /** Streams and files as the bytes in them; everything else as it is. */
    private static Object text(Object body) {
        try {
            if (body instanceof WrappedFile<?> file && file.getFile() instanceof java.io.File local) {
                return bounded(new java.io.FileInputStream(local));
            }
            if (body instanceof StreamCache cache) {
                BoundedOutput out = new BoundedOutput();
                cache.writeTo(out);
                cache.reset();
                return out.toByteArray();
            }
            return body instanceof InputStream in ? bounded(in) : body;
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException("body: cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] bounded(InputStream in) throws java.io.IOException {
        try (in) {
            return in.readNBytes(Json.MAXIMUM_INPUT + 1);
        }
    }

    /** Takes a little more than the limit, so that too much is seen and never held. */
    private static final class BoundedOutput extends java.io.ByteArrayOutputStream {
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
        return new IllegalArgumentException(option + ": required, by option or by header " + header);
    }

    private static IllegalArgumentException overridden(String option, String header) {
        return new IllegalArgumentException(option + ": the endpoint URI says another value than header " + header
                + ", and a message cannot change it; remove the header, or leave the option out of the URI");
    }
}
