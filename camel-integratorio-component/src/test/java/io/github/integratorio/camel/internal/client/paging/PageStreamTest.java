package io.github.integratorio.camel.internal.client.paging;

import java.io.InputStream;
import java.util.Map;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The pages of a list that are read while they arrive. */
class PageStreamTest {

    @Test
    void a_list_that_was_read_to_its_end_leaves_nothing_to_be_ended_when_the_client_stops() throws Exception {
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        try (IntegratorioSimulator simulator =
                IntegratorioSimulator.builder().clock(scheduler.clock()).pageSize(2).start();
                VirtualClient client = new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY,
                        VirtualClient.RATE_LIMITS, scheduler)) {
            String connector = simulator.addConnector("Shop");
            for (int row = 0; row < 5; row++) {
                simulator.addLicense(connector, Map.of("expires", "2099-01-31T12:00:00.000Z"));
            }
            PagedResponse list = client
                    .pass(client.client.pages(ApiRequest.of(ApiMethod.LIST_LICENSES, connector, null),
                            CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout())))
                    .join();
            int pages = 0;
            for (InputStream page = list.next(); page != null; page = list.next()) {
                page.readAllBytes();
                pages++;
            }
            assertEquals(3, pages);
            assertEquals(0, scheduler.endings());
        }
    }
}
