package io.github.integratorio.camel.internal.client.paging;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** The port in a link to the next page, which no test server can have: 80, 443 and 0. */
class LinkHeaderTest {

    private static Optional<String> next(String base, String target) throws IOException {
        Header[] links = { new BasicHeader("Link", "<" + target + "/licenses?page=2>; rel=next") };
        return LinkHeader.next(links, URI.create(base), "/licenses");
    }

    @ParameterizedTest
    @CsvSource({ "https://api.example, https://api.example:443", "https://api.example:443, https://api.example",
            "http://api.example, http://api.example:80", "http://api.example:80, http://API.example",
            "http://api.example:0, http://api.example:0" })
    void a_default_port_may_be_written_or_left_out(String base, String target) throws Exception {
        assertEquals(Optional.of("/licenses?page=2"), next(base, target));
    }

    @ParameterizedTest
    @CsvSource({ "https://api.example, https://api.example:80", "http://api.example, http://api.example:443",
            "http://api.example, https://api.example", "http://api.example, http://api.example:0" })
    void another_port_leads_away_from_the_list(String base, String target) {
        assertThrows(IOException.class, () -> next(base, target));
    }
}
