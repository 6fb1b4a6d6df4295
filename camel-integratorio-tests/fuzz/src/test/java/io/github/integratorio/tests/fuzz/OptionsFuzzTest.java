package io.github.integratorio.tests.fuzz;

import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.apache.camel.CamelContext;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

class OptionsFuzzTest {

    private static final String TOKEN = "canary0123456789";
    private static final CamelContext CONTEXT = start();

    private static CamelContext start() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getGlobalOptions().put("CamelMaximumCachePoolSize", "10");
        context.start();
        return context;
    }

    @AfterAll
    static void stop() {
        CONTEXT.stop();
    }

    @FuzzTest(maxDuration = "10m")
    void a_uri_is_an_endpoint_or_an_error_without_the_token(byte[] options) {
        String text = new String(options, StandardCharsets.UTF_8);
        if (text.contains(TOKEN) || !text.contains("?") || text.contains("{{")) {
            // The fuzzer has learnt it from the comparison below; the token is no option; or Camel misses a property, and shows the whole URI.
            return;
        }
        String uri = "integratorio:" + text.replaceFirst("\\?", "?accessToken=" + TOKEN + "&");
        try {
            assertNotNull(CONTEXT.getEndpoint(uri));
        } catch (ResolveEndpointFailedException | NoSuchEndpointException e) {
            if (e.getCause() instanceof URISyntaxException) {
                // Camel itself cannot read it, and asks no component.
                return;
            }
            for (Throwable error = e; error != null; error = error.getCause()) {
                assertFalse(String.valueOf(error.getMessage()).contains(TOKEN), error.getMessage());
            }
        }
    }
}
