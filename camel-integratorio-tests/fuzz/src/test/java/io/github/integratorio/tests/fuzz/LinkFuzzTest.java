package io.github.integratorio.tests.fuzz;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.paging.ListCollector;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import org.apache.hc.core5.http.message.BasicHttpResponse;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LinkFuzzTest {

    private static final URI BASE = URI.create("https://api.integrator.io/v1");
    private static final String PATH = "/v1/connectors/c1/licenses";
    private static final ApiRequest LICENSES = ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null);

    @FuzzTest(maxDuration = "10m")
    void a_link_leads_to_another_page_of_the_list_or_nowhere_or_is_refused(byte[] link) throws Exception {
        BasicHttpResponse head = new BasicHttpResponse(200);
        head.addHeader("Content-Type", "application/json");
        for (String line : new String(link, StandardCharsets.ISO_8859_1).split("\n")) {
            head.addHeader("Link", line);
        }
        ListCollector collector = new ListCollector(LICENSES, BASE, 0);
        try {
            // A list that ends here is returned; null means that it goes on.
            if (collector.read(new RawResponse(head, Instant.EPOCH, new byte[] { '[', ']' }, 2, null)) == null) {
                assertNotNull(collector.target());
                assertTrue(collector.target().startsWith(PATH + "?"), collector.target());
            }
        } catch (IntegratorioTransportException e) {
            assertNotNull(e.getMessage());
        }
    }
}
