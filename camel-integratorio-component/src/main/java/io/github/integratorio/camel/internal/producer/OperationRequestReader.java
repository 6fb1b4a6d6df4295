package io.github.integratorio.camel.internal.producer;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.UpdateMode;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.message.ResultIds;
import io.github.integratorio.camel.internal.operation.ClaimOptions;
import io.github.integratorio.camel.internal.operation.DocumentValidator;
import io.github.integratorio.camel.internal.operation.EmailAddress;
import io.github.integratorio.camel.internal.operation.OperationRequest;
import io.github.integratorio.camel.internal.producer.OperationDefinition.BodyKind;
import io.github.integratorio.camel.internal.producer.OperationDefinition.RequiredId;
import org.apache.camel.Message;

/** Reads the request of an operation from a message. URI options take precedence; headers may only set what the URI leaves open. */
public final class OperationRequestReader {

    private static final int MAX_IDEMPOTENCY_KEY = 200;

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
        Object header = header(message, IntegratorioConstants.OPERATION);
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
        Instant expires = definition.acceptsExpires() ? expires(message, scheduler.now()) : null;
        ResultIds results = ResultIds.of(message.getExchange());
        boolean isResultId = results.contains(licenseId);
        boolean sandbox = options.isSandbox();
        if (definition.requiredId == RequiredId.LICENSE_OR_EMAIL && email == null
                && (licenseId == null || isResultId)) {
            Map<?, ?> user = userInBody(message);
            email = user == null ? null : EmailAddress.require("body: email", emailOf(user));
            sandbox |= user != null && Boolean.parseBoolean(String.valueOf(user.get("sandbox")));
        }
        boolean isList = false;
        List<Map<String, Object>> documents = new ArrayList<>();
        if (definition.bodyKind == BodyKind.IDS) {
            documents.add(DocumentValidator.integrationIds(BodyReader.idOrPlain(message)));
        } else if (definition.bodyKind != BodyKind.NONE) {
            Object value = email == null || message.getBody() != null ? BodyReader.plain(message)
                    : new LinkedHashMap<>();
            isList = value instanceof List && definition.bodyKind == BodyKind.LICENSES;
            for (Object item : isList ? (List<?>) value : Collections.singletonList(value)) {
                documents.add(filled(item, email, expires, definition, scheduler.now()));
            }
        }
        if (isResultId) {
            licenseId = unlessNamed(definition, licenseId, results, email, sandbox, isList, documents);
        }
        if (isList && licenseId != null) {
            throw new IllegalArgumentException(
                    "licenseId: not allowed with a List of licenses; set _id in each license");
        }
        requireIds(definition.requiredId, connectorId, licenseId, email);
        return new OperationRequest(definition.call, connectorId, licenseId, email, sandbox, expires, documents, isList,
                options.getUpdateMode() == UpdateMode.MERGE,
                options.isStreaming() && definition.operation == IntegratorioOperation.LIST,
                new ClaimOptions(options.getIdempotentRepository(), idempotencyKey(definition, message)),
                CallContext.begin(scheduler, Duration.ofMillis(options.getOperationTimeout())));
    }

    /** Returns the license of an earlier result, unless the call itself names its license or user. */
    private static String unlessNamed(OperationDefinition definition, String licenseId, ResultIds results, String email,
            boolean sandbox, boolean isList, List<Map<String, Object>> documents) {
        if (definition.requiredId == RequiredId.LICENSE_OR_EMAIL) {
            boolean isSameUser = email == null || results.user() != null
                    && EmailAddress.isSameUser(email, results.user()) && (!sandbox || results.sandbox());
            return isSameUser ? licenseId : null;
        }
        if (documents.isEmpty()) {
            return licenseId;
        }
        Map<String, Object> document = documents.get(0);
        if (definition.bodyKind == BodyKind.LICENSES) {
            boolean isNamed = isList || document.get("_id") != null || emailOf(document) != null;
            return isNamed ? null : licenseId;
        }
        return document.get("_id") instanceof String own ? ApiRequest.requireId("body: _id", own) : licenseId;
    }

    private static Object emailOf(Map<?, ?> document) {
        return document.get("email") == null && document.get("user") instanceof Map<?, ?> user ? user.get("email")
                : document.get("email");
    }

    /** Returns a body that names a user, for an operation that takes nothing else from it; null if it names none. */
    private static Map<?, ?> userInBody(Message message) {
        if (message.getBody() == null) {
            return null;
        }
        try {
            return BodyReader.plain(message) instanceof Map<?, ?> document && emailOf(document) != null ? document
                    : null;
        } catch (IllegalArgumentException e) {
            // Whatever it is, the operation does not need it.
            return null;
        }
    }

    private static void requireIds(RequiredId required, String connectorId, String licenseId, String email) {
        if (required != RequiredId.NONE && connectorId == null) {
            throw missing("connectorId", IntegratorioConstants.CONNECTOR_ID);
        }
        if (required == RequiredId.LICENSE && licenseId == null) {
            throw missing("licenseId", IntegratorioConstants.LICENSE_ID);
        }
        if (required == RequiredId.LICENSE_OR_EMAIL && licenseId == null && email == null) {
            throw new IllegalArgumentException("licenseId or email: one of them is required, as an option or a header;"
                    + " email may also be in the body");
        }
    }

    /** Completes a document of the body with the e-mail address and the expiry of options and headers. */
    private Map<String, Object> filled(Object item, String email, Instant expires, OperationDefinition definition,
            Instant now) {
        if (!(item instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("body: expected a JSON object"
                    + (definition.bodyKind == BodyKind.LICENSES ? " or a List of them" : "") + ", but got "
                    + (item == null ? "null" : item instanceof List ? "an array" : "a single value"));
        }
        Map<String, Object> document = JsonValues.object(map);
        if (email != null) {
            Object named = definition.bodyKind == BodyKind.LICENSES ? emailOf(document) : document.get("email");
            if (named != null && !(named instanceof String own && EmailAddress.isSameUser(email, own))) {
                throw new IllegalArgumentException(
                        "email: the e-mail address in the body does not match the option or header");
            }
            document.put("email", email);
        }
        if (expires != null) {
            document.put("expires", expires);
        } else if (definition.bodyKind != BodyKind.CONNECTOR && document.get("expires") instanceof String text) {
            document.put("expires", expires("body: expires", text, now));
        }
        if (options.isSandbox() && definition.acceptsEmail()) {
            document.putIfAbsent("sandbox", true);
        }
        return document;
    }

    private static String id(Message message, String option, String fromUri, String header) {
        Object value = header(message, header);
        if (value == null || fromUri != null && ResultIds.of(message.getExchange()).contains(value)) {
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

    /** Returns a header, text of any class as a String. */
    private static Object header(Message message, String name) {
        Object value = message.getHeader(name);
        return value instanceof CharSequence text ? text.toString() : value;
    }

    private String email(Message message) {
        Object value = header(message, IntegratorioConstants.EMAIL);
        if (value == null) {
            return options.getEmail();
        }
        String email = EmailAddress.require("header " + IntegratorioConstants.EMAIL, value);
        if (options.getEmail() == null) {
            return email;
        }
        if (!EmailAddress.isSameUser(options.getEmail(), email)) {
            throw conflicting("email", IntegratorioConstants.EMAIL);
        }
        return options.getEmail();
    }

    private String idempotencyKey(OperationDefinition definition, Message message) {
        Object value =
                definition.acceptsIdempotencyKey() ? message.getHeader(IntegratorioConstants.IDEMPOTENCY_KEY) : null;
        if (value == null) {
            return options.getIdempotencyKey() == null ? null
                    : requireIdempotencyKey("idempotencyKey", options.getIdempotencyKey());
        }
        String key = requireIdempotencyKey("header " + IntegratorioConstants.IDEMPOTENCY_KEY, value);
        if (options.getIdempotencyKey() != null && !options.getIdempotencyKey().strip().equals(key)) {
            throw conflicting("idempotencyKey", IntegratorioConstants.IDEMPOTENCY_KEY);
        }
        return key;
    }

    /** Checks the key of a creation: text, a whole number or a UUID. */
    public static String requireIdempotencyKey(String name, Object value) {
        String key = value instanceof CharSequence || value instanceof Integer || value instanceof Long
                || value instanceof Short || value instanceof Byte || value instanceof BigInteger
                || value instanceof UUID ? value.toString().strip() : "";
        if (key.isEmpty() || key.length() > MAX_IDEMPOTENCY_KEY || key.codePoints()
                .anyMatch(one -> Character.isISOControl(one) || Character.getType(one) == Character.SURROGATE)) {
            throw new IllegalArgumentException(name + ": expected an order number of 1 to " + MAX_IDEMPOTENCY_KEY
                    + " characters, as text, a whole number or a UUID");
        }
        return key;
    }

    private Instant expires(Message message, Instant now) {
        Object value = header(message, IntegratorioConstants.EXPIRES);
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
        if (!(value instanceof String text) || !text.startsWith("P")) {
            return DocumentValidator.instant(name, value);
        }
        Instant instant;
        try {
            instant = text.indexOf('T') >= 0 ? now.plus(Duration.parse(text))
                    : now.atZone(ZoneOffset.UTC).plus(Period.parse(text)).toInstant();
        } catch (DateTimeException | ArithmeticException e) {
            throw DocumentValidator.invalidExpiry(name);
        }
        return DocumentValidator.instant(name, instant);
    }

    private static IllegalArgumentException missing(String option, String header) {
        return new IllegalArgumentException(option + ": required, as an option or header " + header);
    }

    private static IllegalArgumentException conflicting(String option, String header) {
        return new IllegalArgumentException(option + ": header " + header
                + " conflicts with the endpoint URI, which headers cannot override; remove the header, or the option from the URI");
    }
}
