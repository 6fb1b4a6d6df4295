package io.github.integratorio.camel.internal.client.http;

import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Which connections are used again, and how long they may be idle before. */
class KeepAlivePolicyTest {

    private final KeepAlivePolicy policy = new KeepAlivePolicy();
    private final HttpClientContext context = HttpClientContext.create();

    private static HttpResponse response(int status, String... headers) {
        BasicHttpResponse response = new BasicHttpResponse(status);
        for (int i = 0; i < headers.length; i += 2) {
            response.addHeader(headers[i], headers[i + 1]);
        }
        return response;
    }

    private boolean isKept(String method, HttpResponse response) {
        return policy.keepAlive(new BasicHttpRequest(method, "/v1/licenses"), response, context);
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 401, 407, 409, 429, 499 })
    void a_connection_is_used_again_after_a_response_of_known_length(int status) {
        assertEquals(true, isKept("GET", response(status, "Content-Length", "2")));
        assertEquals(false, isKept("GET", response(status, "Content-Length", "2", "Connection", "close")));
    }

    @ParameterizedTest
    @ValueSource(ints = { 408, 500, 502, 503, 504 })
    void a_server_in_trouble_may_answer_out_of_turn(int status) {
        assertEquals(false, isKept("GET", response(status, "Content-Length", "2")));
    }

    @Test
    void a_response_with_two_lengths_ends_its_connection() {
        assertEquals(false, isKept("GET", response(200, "Content-Length", "2", "Transfer-Encoding", "chunked")));
        assertEquals(true, isKept("GET", response(200, "Transfer-Encoding", "chunked")));
    }

    @Test
    void a_tunnel_is_kept_whatever_the_proxy_says_about_idle_time() {
        assertEquals(true, isKept("CONNECT", response(200, "Keep-Alive", "timeout=1", "Content-Length", "0",
                "Transfer-Encoding", "chunked")));
    }

    @ParameterizedTest
    @CsvSource({ "timeout=0, false, 1", "timeout=1, false, 1", "timeout=2, true, 1000", "timeout=21, true, 20000",
            "timeout=3600, true, 20000", "max=5, true, 20000" })
    void a_connection_is_idle_a_second_less_than_the_server_says_and_at_most_twenty(String said, boolean isKept,
            long millis) {
        HttpResponse response = response(200, "Content-Length", "2", "Keep-Alive", said);
        assertEquals(isKept, isKept("GET", response));
        assertEquals(millis, policy.getKeepAliveDuration(response, context).toMilliseconds());
    }

    @Test
    void a_server_that_says_nothing_keeps_it_for_twenty_seconds() {
        assertEquals(20_000, policy.getKeepAliveDuration(response(200), context).toMilliseconds());
    }
}
