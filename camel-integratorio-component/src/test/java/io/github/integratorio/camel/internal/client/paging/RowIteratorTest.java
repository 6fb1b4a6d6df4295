package io.github.integratorio.camel.internal.client.paging;

import java.util.Iterator;
import java.util.Map;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** The rows of a list that is read while it arrives. */
class RowIteratorTest {

    @Test
    void a_list_that_was_read_to_its_end_leaves_nothing_to_be_ended_when_the_client_stops() {
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        try (IntegratorioSimulator simulator =
                IntegratorioSimulator.builder().clock(scheduler.clock()).pageSize(2).start();
                VirtualClient client = new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY,
                        VirtualClient.RATE_LIMITS, scheduler)) {
            String connector = simulator.addConnector("Shop");
            for (int row = 0; row < 5; row++) {
                simulator.addLicense(connector, Map.of("expires", "2099-01-31T12:00:00.000Z"));
            }
            Iterator<?> rows = (Iterator<?>) client
                    .pass(client.client.stream(ApiRequest.of(ApiMethod.LIST_LICENSES, connector, null),
                            CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout())))
                    .join().value();
            for (int row = 0; row < 5; row++) {
                rows.next();
            }
            assertFalse(rows.hasNext());
            assertEquals(0, scheduler.endings());
        }
    }
}
