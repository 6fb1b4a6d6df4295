package io.github.integratorio.camel.internal.client.protocol;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.ApiError;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.text.Redaction;
import org.apache.hc.core5.http.HeaderElement;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicHeaderValueParser;
import org.apache.hc.core5.http.message.ParserCursor;

/** Parses responses: a good one into its value, any other into the exception that tells what is known about the request. */
public final class ResponseParser {

    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii");
    /** Performance: nearly all responses have one of these. To parse it for each one takes 4 % of a creation by 128 callers. */
    private static final Map<String, HeaderElement> USUAL_TYPES = Stream
            .of("application/json", "application/json;charset=utf-8", "application/json; charset=utf-8")
            .collect(Collectors.toUnmodifiableMap(type -> type, ResponseParser::parseType));

    private ResponseParser() {
    }

    /** The value of a good response to a request, or of one page of a list. */
    public static Object parse(ApiRequest request, RawResponse answer) throws Exception {
        ApiMethod call = request.call();
        Object value;
        try {
            value = answer.status() < 200 || answer.status() > 299 ? null : parse(call, answer);
        } catch (IOException e) {
            throw invalidResponse(call, answer, e.getMessage());
        }
        throwErrors(call, answer, value);
        if (call.isWrite() && hasErrors(value)) {
            throw invalidResponse(call, answer, "contains a document and errors");
        }
        if (!call.isGood(answer.status())) {
            throw invalidResponse(call, answer, "has an unexpected status");
        }
        return switch (call.responseKind()) {
            case NOTHING -> null;
            case ANYTHING -> value;
            case OBJECT -> value == null && call.isReplacement() ? null : document(request, answer, value);
            case LIST -> rows(call, answer, value);
        };
    }

    /** Throws if the response is an error; an {@code errors} document is one even with status 200. */
    private static void throwErrors(ApiMethod call, RawResponse answer, Object value) throws Exception {
        int status = answer.status();
        boolean good = status >= 200 && status <= 299;
        if (good && !isErrors(value)) {
            return;
        }
        IntegratorioApiException error = error(call, answer);
        if (good || !call.isWrite() || FailureKind.isNotProcessed(status)) {
            throw error;
        }
        String details = error.isRedirectError() ? "redirects are not followed" : error.getDetails();
        throw new IntegratorioAmbiguousOutcomeException(call.label(),
                "answered " + status + (details.isEmpty() ? "" : ": " + details), status);
    }

    /**
     * Whether a document says that a request was rejected: by at least one error, as the API documents them. Others, such as
     * {@code "errors": false}, say nothing about the request.
     */
    private static boolean isErrors(Object value) {
        return hasErrors(value) && !((Map<?, ?>) value).containsKey("_id");
    }

    private static boolean hasErrors(Object value) {
        return value instanceof Map<?, ?> map && map.get("errors") instanceof List<?> errors && !errors.isEmpty()
                && errors.stream().allMatch(error -> error instanceof Map);
    }

    private static Object parse(ApiMethod call, RawResponse answer) throws IOException {
        int first = answer.firstByte();
        if (first < 0 || answer.status() == 204) {
            return null;
        }
        requireNoHtml(answer, first);
        try {
            requireUtf8(answer);
            return Json.parseAnswer(answer.bytes(), answer.length());
        } catch (IOException e) {
            // Text such as "OK" confirms a write that needs no document in return; JSON that was cut confirms nothing.
            boolean needsNoDocument = call.responseKind() == ApiMethod.ResponseKind.NOTHING
                    || call.responseKind() == ApiMethod.ResponseKind.ANYTHING || call.isReplacement();
            if (needsNoDocument && first != '{' && first != '[' && first != '"') {
                return null;
            }
            throw e;
        }
    }

    /**
     * Checks that a body may be JSON in UTF-8, as far as its head and its first character tell.
     *
     * @param  first       the first character that is not white space
     * @throws IOException if not; the message says what it is
     */
    public static void requireJson(RawResponse answer, int first) throws IOException {
        requireNoHtml(answer, first);
        requireUtf8(answer);
    }

    private static HeaderElement contentType(RawResponse answer) {
        String type = answer.header("Content-Type").orElse("");
        HeaderElement usual = USUAL_TYPES.get(type);
        return usual != null ? usual : parseType(type);
    }

    private static HeaderElement parseType(String type) {
        return BasicHeaderValueParser.INSTANCE.parseHeaderElement(type, new ParserCursor(0, type.length()));
    }

    private static void requireNoHtml(RawResponse answer, int first) throws IOException {
        if (first == '<' || contentType(answer).getName().toLowerCase(Locale.ROOT).contains("html")) {
            throw new IOException("is HTML: a login or proxy page?");
        }
    }

    private static void requireUtf8(RawResponse answer) throws IOException {
        HeaderElement type = contentType(answer);
        NameValuePair parameter = type.getParameterByName("charset");
        String charset = parameter == null || parameter.getValue() == null ? "" : parameter.getValue();
        if (!charset.isEmpty() && !CHARSETS.contains(charset)
                && !CHARSETS.contains(charset.replaceAll("[\"' ]", "").toLowerCase(Locale.ROOT))) {
            throw new IOException("has a charset other than UTF-8");
        }
    }

    private static Object document(ApiRequest request, RawResponse answer, Object value) throws Exception {
        ApiMethod call = request.call();
        if (!(value instanceof Map<?, ?> document)) {
            throw invalidResponse(call, answer, value == null ? "has no document" : "is not a JSON object");
        }
        if (call.key() != null) {
            if (!(document.get(call.key()) instanceof String id) || id.isBlank()) {
                throw invalidResponse(call, answer, "has no " + call.key());
            }
            String asked = request.licenseId() != null ? request.licenseId() : request.connectorId();
            if (call.pathTemplate().endsWith("Id}") && !id.equals(asked)) {
                throw invalidResponse(call, answer, "contains a different document than requested");
            }
        }
        return document;
    }

    private static List<?> rows(ApiMethod call, RawResponse answer, Object value) throws Exception {
        if (answer.status() == 204) {
            return List.of();
        }
        if (!(value instanceof List<?> rows)) {
            throw invalidResponse(call, answer, "is not a JSON array");
        }
        for (Object row : rows) {
            requireKey(call, answer, row);
        }
        return rows;
    }

    /** Checks that a row of a list is an object with its key. */
    public static void requireKey(ApiMethod call, RawResponse answer, Object row) throws Exception {
        if (!(row instanceof Map<?, ?> map) || !(map.get(call.key()) instanceof String id) || id.isBlank()) {
            throw invalidResponse(call, answer, "has a row without " + call.key());
        }
    }

    /** The failure of a response that reports success but is invalid: a write may have taken effect. */
    public static Exception invalidResponse(ApiMethod call, RawResponse answer, String what) {
        String reason = "the response (status " + answer.status() + ") " + answer.masked(what);
        return call.isWrite()
                ? new IntegratorioAmbiguousOutcomeException(call.label(), reason, answer.status())
                : new IntegratorioTransportException(call.label(), new IOException(reason), false, false);
    }

    private static IntegratorioApiException error(ApiMethod call, RawResponse answer) {
        String type = answer.header("Content-Type").orElse("");
        List<ApiError> errors = new ArrayList<>();
        String text = "";
        Object value = null;
        try {
            value = Json.parseAnswer(answer.bytes(), answer.length());
        } catch (IOException e) {
            text = new String(answer.bytes(), 0, Math.min(answer.length(), 4000), StandardCharsets.UTF_8);
        }
        if (value instanceof Map<?, ?> map) {
            if (map.get("errors") instanceof List<?> list) {
                list.stream().limit(100).forEach(item -> errors.add(entry(answer, item)));
            } else if (map.get("errors") != null) {
                errors.add(entry(answer, map.get("errors")));
            }
            text = map.get("message") instanceof String message ? message : "";
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", line(answer, type, 100));
        answer.header("Retry-After").ifPresent(after -> headers.put("Retry-After", line(answer, after, 60)));
        String location = answer.header("Location").map(ResponseParser::host).map(answer::masked).orElse(null);
        String excerpt = line(answer, text, 200);
        return answer.status() == 429
                ? new IntegratorioRateLimitException(call.label(), call.pathTemplate(), headers, errors, excerpt,
                        answer.retryAfter().orElse(null))
                : new IntegratorioApiException(call.label(), call.pathTemplate(), answer.status(), location, headers,
                        errors, excerpt);
    }

    private static ApiError entry(RawResponse answer, Object item) {
        if (item instanceof Map<?, ?> map) {
            return new ApiError(part(answer, map.get("code"), 80),
                    map.get("message") == null ? null : part(answer, map.get("message"), 200),
                    map.get("field") == null ? null : part(answer, map.get("field"), 80));
        }
        return new ApiError("", part(answer, item, 200), null);
    }

    private static String part(RawResponse answer, Object value, int longest) {
        return value == null || value instanceof Map || value instanceof List ? ""
                : line(answer, value.toString(), longest);
    }

    private static String line(RawResponse answer, String text, int longest) {
        return Redaction.line(answer.masked(text), longest);
    }

    /** Scheme and host of a redirect, without user info, path or query. */
    private static String host(String location) {
        try {
            URI uri = URI.create(location);
            return uri.getHost() == null ? null : uri.getScheme() + "://" + uri.getHost();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
