package io.github.integratorio.camel.internal.client;

import java.io.IOException;
import java.util.List;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

/** What the failure of a request becomes before anybody sees it. */
class CallFailuresTest {

    private final CallFailures failures = new CallFailures(ApiMethod.CREATE_LICENSE);

    private static IntegratorioTransportException failure(IOException cause, boolean notSent, boolean untrusted) {
        return new IntegratorioTransportException("licenses create", cause, notSent, untrusted);
    }

    /** HttpCore quotes what is not HTTP, which may be the request. */
    @ParameterizedTest
    @CsvSource({ "true, true", "true, false", "false, false" })
    void a_token_in_the_cause_is_hidden_and_the_certainty_stays(boolean notSent, boolean untrusted) {
        IntegratorioTransportException hidden = assertInstanceOf(IntegratorioTransportException.class,
                failures.withoutTokens(
                        failure(new IOException("not HTTP: Bearer canary42"), notSent, untrusted),
                        List.of("canary42")));
        assertEquals("not HTTP: Bearer ***", hidden.getCause().getMessage());
        assertEquals(notSent, hidden.isNotSent());
        assertEquals(untrusted, hidden.isUntrusted());
    }

    @Test
    void any_other_failure_is_left_as_it_is() {
        for (Throwable other : List.of(failure(new IOException("reset"), false, false),
                failure(new IOException((String) null), false, false), new IllegalStateException("canary42"))) {
            assertSame(other, failures.withoutTokens(other, List.of("canary42")));
        }
    }
}
