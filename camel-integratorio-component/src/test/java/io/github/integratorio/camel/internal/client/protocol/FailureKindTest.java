package io.github.integratorio.camel.internal.client.protocol;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.internal.client.protocol.FailureKind.AMBIGUOUS;
import static io.github.integratorio.camel.internal.client.protocol.FailureKind.NOT_SENT;
import static io.github.integratorio.camel.internal.client.protocol.FailureKind.REJECTED;
import static io.github.integratorio.camel.internal.client.protocol.FailureKind.TLS_REJECTED;
import static io.github.integratorio.camel.internal.client.protocol.FailureKind.UNEXPECTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a failed attempt means for the request. */
class FailureKindTest {

    private static FailureKind kindOf(IOException reason, boolean isNotSent, boolean isUntrusted) {
        return FailureKind.of(new IntegratorioTransportException("create", reason, isNotSent, isUntrusted));
    }

    @ParameterizedTest
    @ValueSource(ints = { 100, 199, 408, 425, 500, 503, 599 })
    void a_status_that_may_be_another_one_later(int status) {
        assertTrue(FailureKind.isTransient(status));
        assertEquals(AMBIGUOUS, FailureKind.of(new IntegratorioAmbiguousOutcomeException("create", "", status)));
    }

    @ParameterizedTest
    @ValueSource(ints = { 300, 307, 402, 407, 409, 424, 426, 499 })
    void a_status_that_stays_the_same(int status) {
        assertFalse(FailureKind.isTransient(status));
        assertEquals(UNEXPECTED, FailureKind.of(new IntegratorioAmbiguousOutcomeException("create", "", status)));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 200, 299 })
    void a_good_status_whose_response_cannot_be_used_says_nothing_about_a_write(int status) {
        assertEquals(AMBIGUOUS, FailureKind.of(new IntegratorioAmbiguousOutcomeException("create", "", status)));
    }

    @ParameterizedTest
    @CsvSource({ "399, NOT_SENT", "400, REJECTED", "407, REJECTED", "408, NOT_SENT", "425, NOT_SENT", "429, NOT_SENT",
            "499, REJECTED", "500, NOT_SENT" })
    void a_proxy_that_refuses_its_user_or_the_host_is_not_asked_again(int status, FailureKind expected) {
        assertEquals(expected, kindOf(new ProxyException(status), true, false));
    }

    @Test
    void a_proxy_that_wants_a_password_says_so() {
        assertEquals("the proxy answered 407: it requires a user and password, or refuses them",
                new ProxyException(407).getMessage());
        assertEquals("the proxy answered 502", new ProxyException(502).getMessage());
    }

    @Test
    void a_failure_of_the_connection_tells_whether_the_request_was_sent() {
        assertEquals(NOT_SENT, kindOf(new IOException(), true, false));
        assertEquals(AMBIGUOUS, kindOf(new IOException(), false, false));
        assertEquals(TLS_REJECTED, kindOf(new IOException(), true, true));
        assertEquals(REJECTED, FailureKind.of(new IllegalArgumentException()));
    }

    @Test
    void only_two_kinds_may_have_taken_effect() {
        assertEquals(List.of(AMBIGUOUS, UNEXPECTED),
                Arrays.stream(FailureKind.values()).filter(FailureKind::isOpen).toList());
    }
}
