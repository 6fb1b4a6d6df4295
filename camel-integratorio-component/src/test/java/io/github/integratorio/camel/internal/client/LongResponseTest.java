package io.github.integratorio.camel.internal.client;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.VirtualClient;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** A long response is not parsed on an I/O thread, where it would delay responses to other calls. */
class LongResponseTest {

    private static String list(int rows) {
        return IntStream.range(0, rows).mapToObj(i -> "{\"_id\":\"license-" + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void a_long_response_is_parsed_on_a_worker_thread_and_a_short_one_is_not() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(); VirtualClient client = VirtualClient.of(server)) {
            server.then(json(200, list(1)), json(200, list(10)), json(200, list(10_000)));
            // The first call may ask for the token on a worker.
            client.call(ApiMethod.LIST_LICENSES).join();
            int before = client.handOvers.get();

            assertEquals(10, client.call(ApiMethod.LIST_LICENSES).join().rows().size());
            assertEquals(before, client.handOvers.get());
            assertEquals(10_000, client.call(ApiMethod.LIST_LICENSES).join().rows().size());
            assertEquals(before + 1, client.handOvers.get());
        }
    }
}
