package io.github.integratorio.camel.api;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultExchangeHolder;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** An exchange that an aggregation repository or a queue stores keeps the body of a result. */
class StoredExchangeTest {

    private static Object stored(Object body) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            exchange.getMessage().setBody(body);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new ObjectOutputStream(bytes).writeObject(DefaultExchangeHolder.marshal(exchange));
            Exchange read = new DefaultExchange(context);
            DefaultExchangeHolder.unmarshal(read, (DefaultExchangeHolder) new ObjectInputStream(
                    new ByteArrayInputStream(bytes.toByteArray())).readObject());
            return read.getMessage().getBody();
        }
    }

    @Test
    void a_license_a_connector_an_installation_and_lists_of_them_are_kept() throws Exception {
        Map<String, Object> fields = Map.of("_id", "l1", "expires", "2099-01-31T12:00:00.000Z", "opts",
                Map.of("seats", 3, "addons", List.of("a")));
        assertEquals(fields, ((License) stored(License.of(fields))).asMap());
        assertEquals(fields, ((License) ((List<?>) stored(List.of(License.of(fields)))).get(0)).asMap());
        assertEquals(fields, ((Connector) stored(Connector.of(fields))).asMap());
        assertEquals(fields, ((Installation) stored(Installation.of(fields))).asMap());
    }

    @Test
    void the_summary_of_a_reconcile_is_kept() throws Exception {
        License license = License.of(Map.of("_id", "l1"));
        ReconcileSummary summary = new ReconcileSummary("c1", 1, Map.of(WriteOutcome.UPDATED, 1L), 0, 0,
                List.of(new ReconciledLicense(1, WriteOutcome.UPDATED, "l1", "j***@example.com", license,
                        List.of(new FieldDifference("expires", null, "2099-01-31T12:00:00.000Z")), null)),
                List.of());
        ReconcileSummary read = (ReconcileSummary) stored(summary);
        assertEquals(summary.toString(), read.toString());
        assertEquals("expires", read.changes().get(0).differences().get(0).field());
    }
}
