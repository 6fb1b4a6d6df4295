package io.github.integratorio.camel.internal.account;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.HttpClientCustomizer;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.Region;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Endpoints with different settings for one account share its order of writes. */
class SharedAccountTest extends SimulatorTestSupport {

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
        context.getRegistry().bind("tls", new SSLContextParameters());
    }

    private String uri(String operation) {
        return "integratorio:licenses?operation=" + operation + "&connectorId=" + connector;
    }

    @ParameterizedTest
    @ValueSource(strings = { "&requestTimeout=20000", "&sslContextParameters=#tls" })
    void upserts_of_one_new_user_through_different_endpoints_create_one_license(String other) {
        simulator().faults().add(Fault.on("GET", ".*").always().delay(Duration.ofMillis(100)));
        Map<String, Object> license = map("email", JANE, "expires", FUTURE);
        List<CompletableFuture<Exchange>> all = new ArrayList<>();
        for (String uri : List.of(uri("upsert"), uri("upsert") + other)) {
            all.add(template.asyncSend(uri, exchange -> exchange.getMessage().setBody(license)));
        }
        all.forEach(one -> assertEquals(null, one.join().getException()));

        assertEquals(1, simulator().licenses(connector).size());
    }

    @Test
    void a_license_created_by_one_endpoint_is_never_mistaken_for_that_of_another() {
        Map<String, Object> license = map("email", JANE, "expires", FUTURE);
        assertEquals(WriteOutcome.CREATED,
                succeed(uri("create"), license).getMessage().getHeader(IntegratorioConstants.OUTCOME));
        simulator().faults().add(Fault.on("POST", ".*").status(500));

        fail(IntegratorioAmbiguousOutcomeException.class, uri("create") + "&operationTimeout=5000", license);
    }

    @Test
    void an_endpoint_that_cannot_start_leaves_no_rate_limiter_behind() {
        context.getRegistry().bind("broken", (HttpClientCustomizer) builder -> {
            throw new IllegalStateException("no");
        });
        assertThrows(Exception.class, () -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:broken").to(uri("list") + "&maxConcurrentRequests=1&httpClientCustomizer=#broken");
            }
        }));

        succeed(uri("list"), null);
    }

    @Test
    void a_base_url_in_the_uri_replaces_the_region_of_the_component() {
        IntegratorioConfiguration shared =
                context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration();
        shared.setBaseUrl(null);
        shared.setRegion(Region.EU);

        succeed(uri("list") + "&baseUrl=RAW(" + simulator().baseUrl() + ")", null);

        assertEquals(1, simulator().requestCount());
    }
}
