package io.github.integratorio.tests.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseParser;
import org.apache.hc.core5.http.message.BasicHttpResponse;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResponseFuzzTest {

    private static final ApiMethod[] METHODS = ApiMethod.values();
    private static final int[] STATUSES =
            { 200, 201, 202, 204, 206, 301, 304, 400, 401, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 599 };
    private static final ObjectMapper JACKSON = new ObjectMapper();

    /** The first two bytes choose method and status; then comes a line with the type, and the body. */
    @FuzzTest(maxDuration = "10m")
    void a_response_is_read_or_tells_what_is_known_about_its_request(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        if (end < 2) {
            return;
        }
        ApiMethod method = METHODS[(data[0] & 0xff) % METHODS.length];
        int status = STATUSES[(data[1] & 0xff) % STATUSES.length];
        BasicHttpResponse head = new BasicHttpResponse(status);
        head.addHeader("Content-Type", text.substring(2, end));
        byte[] body = Arrays.copyOfRange(data, end + 1, data.length);
        ApiRequest request = ApiRequest.of(method, "c1", "l1");
        try {
            Object value = ResponseParser.parse(request,
                    new RawResponse(head, Instant.EPOCH, body, body.length, null));
            assertTrue(status < 300, "status " + status + " counts as success");
            if (method == ApiMethod.CREATE_LICENSE) {
                // What says that a license was created must say which one.
                Map<?, ?> license = assertInstanceOf(Map.class, value);
                assertTrue(license.get("_id") instanceof String id && !id.isBlank(), "no id");
            }
        } catch (IntegratorioAmbiguousOutcomeException e) {
            assertTrue(method.isWrite(), "a read has no outcome that could be unknown");
        } catch (IntegratorioApiException e) {
            // The license was certainly not written: either the status says so, or a document of errors does.
            assertFalse(method.isWrite() && status >= 500, "status " + status + " counts as a certain failure");
            assertTrue(!method.isWrite() || status >= 400 || hasErrors(body), "no errors");
        } catch (IntegratorioTransportException e) {
            assertFalse(method.isWrite(), "a response that cannot be read leaves the outcome of a write open");
        }
    }

    private static boolean hasErrors(byte[] body) throws IOException {
        JsonNode errors = JACKSON.readTree(body).path("errors");
        return errors.isArray() && !errors.isEmpty();
    }
}
