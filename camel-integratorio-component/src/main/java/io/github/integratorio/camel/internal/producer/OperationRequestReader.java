package io.github.integratorio.camel.internal.producer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.UpdateMode;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.LicenseFieldNames;
import io.github.integratorio.camel.internal.license.LicenseReference;
import io.github.integratorio.camel.internal.message.ResultIds;
import io.github.integratorio.camel.internal.operation.request.ClaimOptions;
import io.github.integratorio.camel.internal.operation.request.DesiredLicenses;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.ReconcileOptions;
import io.github.integratorio.camel.internal.producer.OperationDefinition.BodyKind;
import io.github.integratorio.camel.internal.producer.OperationDefinition.RequiredId;
import org.apache.camel.Message;

/** Reads the request of an operation from a message. URI options take precedence; headers may only set what the URI leaves open. */
public final class OperationRequestReader {

    private final IntegratorioResource resource;
    private final IntegratorioConfiguration options;
    private final OptionOrHeader values;
    /** The operation in the URI; null if it has none. */
    private final OperationDefinition configured;

    public OperationRequestReader(IntegratorioResource resource, IntegratorioConfiguration options) {
        this.resource = resource;
        this.options = options;
        this.values = new OptionOrHeader(options);
        this.configured =
                options.getOperation() == null ? null
                        : OperationDefinition.of(resource, options.getOperation(), options.isDryRun());
    }

    /** Returns the operation in the URI or the header. */
    public OperationDefinition operation(Message message) {
        Object header = OptionOrHeader.header(message, IntegratorioConstants.OPERATION);
        IntegratorioOperation named = header == null ? null : operation(header);
        if (configured == null) {
            return OperationDefinition.of(resource, named, options.isDryRun());
        }
        if (named != null && named != configured.operation) {
            throw OptionOrHeader.conflicting("operation", IntegratorioConstants.OPERATION);
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
        String connectorId = ifUsed(definition.requiredId != RequiredId.NONE, options.getConnectorId(),
                () -> OptionOrHeader.id(message, "connectorId", options.getConnectorId(),
                        IntegratorioConstants.CONNECTOR_ID));
        if (definition == OperationDefinition.CONNECTORS_DELETE) {
            LicenseSelector.requireNoOtherConnector(message, connectorId);
        }
        String licenseId = ifUsed(definition.acceptsLicenseId(), options.getLicenseId(),
                () -> licenseId(message, connectorId));
        List<Map<String, Object>> documents = new ArrayList<>();
        String ofChild = null;
        // Next to the id of a license, an address says whose it must be.
        String email = ifUsed(definition.acceptsEmail() || definition.requiredId == RequiredId.LICENSE,
                options.getEmail(), () -> values.email(message));
        ResultIds results = ResultIds.of(message.getExchange(), licenseId);
        if (definition.requiredId == RequiredId.LICENSE && results.contains(licenseId)) {
            licenseId = LicenseSelector.unlessOther(results, licenseId, email);
            if (definition == OperationDefinition.LICENSES_DELETE) {
                LicenseSelector body =
                        LicenseSelector.requireNoOther(message, connectorId, options.isSandbox(), results);
                documents.add(body.kind());
                // Whose a child license is, the result does not tell.
                ofChild = results.user() == null ? body.email() : null;
            }
        }
        Instant expires = definition.acceptsExpires() ? values.expires(message, scheduler.now()) : null;
        boolean sandbox = options.isSandbox();
        if (definition.requiredId == RequiredId.LICENSE_OR_EMAIL) {
            LicenseSelector license = LicenseSelector.of(message, connectorId, licenseId, email, sandbox);
            licenseId = license.licenseId();
            email = license.email();
            sandbox = license.sandbox();
            documents.add(license.kind());
        }
        CallContext context = CallContext.begin(scheduler, Duration.ofMillis(options.getOperationTimeout()));
        context = options.isDryRun() ? context.readOnly() : context;
        if (definition.bodyKind == BodyKind.ALL_LICENSES) {
            requireIds(definition.requiredId, connectorId, licenseId, email);
            return new OperationRequest(null, connectorId, null, null, false, null, List.of(), false, false,
                    options.isStreaming(), new ClaimOptions(options.getIdempotentRepository(), null), context,
                    reconcile(message, connectorId));
        }
        boolean isList = false;
        if (definition.bodyKind == BodyKind.IDS) {
            documents.add(DocumentValidator.integrationIds(BodyReader.idOrPlain(message)));
        } else if (definition.bodyKind != BodyKind.NONE) {
            Object value = definition.acceptsEmail() ? withoutBody(BodyReader.plainOrNull(message), email)
                    : BodyReader.plain(message);
            isList = value instanceof List && definition.bodyKind == BodyKind.LICENSES;
            for (Object item : isList ? (List<?>) value : Collections.singletonList(value)) {
                try {
                    Object read = isList && item instanceof String text ? Json.parseInput(text) : item;
                    documents.add(filled(read, email, expires, definition, scheduler.now()));
                } catch (IllegalArgumentException e) {
                    throw DocumentValidator.ofItem(isList, documents.size(), e);
                }
            }
            if (results.contains(licenseId)) {
                documents.forEach(document -> LicenseFieldNames.requireNoOtherName(document, results.user()));
                licenseId = LicenseSelector.unlessNamed(results, licenseId, definition.bodyKind, isList, documents);
            }
        }
        if (isList && licenseId != null) {
            throw new IllegalArgumentException(
                    "licenseId: not allowed with a List of licenses; set _id in each license");
        }
        for (int i = 0; i < documents.size(); i++) {
            try {
                completeIdentity(documents.get(i), licenseId, definition.bodyKind);
                if (definition.resource == IntegratorioResource.licenses) {
                    LicenseReference.requireConnector(documents.get(i), connectorId);
                }
            } catch (IllegalArgumentException e) {
                throw DocumentValidator.ofItem(isList, i, e);
            }
        }
        requireIds(definition.requiredId, connectorId, licenseId, email);
        if (definition.requiredId == RequiredId.LICENSE && results.contains(licenseId)) {
            // The result has told whose license it is.
            email = ofChild;
        }
        return new OperationRequest(definition.call, connectorId, licenseId, email, sandbox, expires, documents, isList,
                options.getUpdateMode() == UpdateMode.MERGE,
                options.isStreaming() && definition.operation == IntegratorioOperation.LIST,
                new ClaimOptions(options.getIdempotentRepository(), values.idempotencyKey(definition, message)),
                context);
    }

    /** What an option or header says; null if the operation does not use it. A header must not contradict an unused option either. */
    private static String ifUsed(boolean isUsed, String option, Supplier<String> value) {
        String read = isUsed || option != null ? value.get() : null;
        return isUsed ? read : null;
    }

    /** The license of an option or header; null if it is the result of an operation on another connector. */
    private String licenseId(Message message, String connectorId) {
        String id = OptionOrHeader.id(message, "licenseId", options.getLicenseId(), IntegratorioConstants.LICENSE_ID);
        return ResultIds.of(message.getExchange(), id).isOfOther(id, connectorId) ? null : id;
    }

    private static Object withoutBody(Object body, String email) {
        if (body == null && email == null) {
            throw new IllegalArgumentException("body: required, unless the option email or the header "
                    + IntegratorioConstants.EMAIL + " names the user");
        }
        return body == null ? new LinkedHashMap<>() : body;
    }

    private ReconcileOptions reconcile(Message message, String connectorId) {
        OptionOrHeader.refuse("reconcile; set the fields in each row", options.isSandbox() ? "sandbox" : null,
                options.getExpires() == null ? null : "expires", options.getEmail() == null ? null : "email",
                options.getLicenseId() == null ? null : "licenseId");
        if (options.getMassExpiryLimit() < 0 || options.getMassExpiryLimit() > 100) {
            throw new IllegalArgumentException("massExpiryLimit: expected a percentage of 0 to 100");
        }
        try (RowReader rows = RowReader.of(message)) {
            return new ReconcileOptions(DesiredLicenses.read(rows, connectorId), options.getUnknownLicenses(),
                    options.getMassExpiryLimit(), message.getExchange().getContext()::isStopping);
        }
    }

    /** Checks how a document is identified. The option {@code sandbox} tells whose license is meant, so it says nothing about one with an id. */
    private void completeIdentity(Map<String, Object> document, String licenseId, BodyKind kind) {
        boolean hasId = false;
        if (kind == BodyKind.LICENSES) {
            LicenseReference named = LicenseReference.of(document);
            hasId = licenseId != null || named.id() != null;
            if (!hasId) {
                named.requireOwnLicense();
            }
        }
        if (options.isSandbox() && !hasId && (kind == BodyKind.LICENSES || kind == BodyKind.LICENSE)) {
            document.putIfAbsent("sandbox", true);
        }
    }

    private static void requireIds(RequiredId required, String connectorId, String licenseId, String email) {
        if (required != RequiredId.NONE && connectorId == null) {
            throw OptionOrHeader.missing("connectorId", IntegratorioConstants.CONNECTOR_ID);
        }
        if (required == RequiredId.LICENSE && licenseId == null) {
            IllegalArgumentException missing = OptionOrHeader.missing("licenseId", IntegratorioConstants.LICENSE_ID);
            throw email == null ? missing
                    : new IllegalArgumentException(
                            missing.getMessage() + "; only upsert and expire find a license by email");
        }
        if (required == RequiredId.LICENSE_OR_EMAIL && licenseId == null && email == null) {
            throw new IllegalArgumentException("licenseId or email: one of them is required, as an option, a header,"
                    + " or in the body, a JSON object with _id, email or user.email");
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
        if (definition.acceptsEmail()) {
            LicenseFieldNames.requireEmailSpelling(document);
            Object named = LicenseReference.email(document);
            if (email != null) {
                document.put("email", LicenseSelector.requireSameUser(email, named));
            }
        }
        if (expires != null) {
            document.put("expires", expires);
        }
        if (definition.bodyKind != BodyKind.CONNECTOR) {
            for (String name : DocumentValidator.DATES) {
                if (document.get(name) instanceof String text) {
                    document.put(name, OptionOrHeader.expires("body: " + name, text, now));
                }
            }
        }
        return document;
    }
}
