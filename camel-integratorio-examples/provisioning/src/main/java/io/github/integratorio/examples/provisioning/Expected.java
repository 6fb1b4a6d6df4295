package io.github.integratorio.examples.provisioning;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What the licenses must be after the events, worked out from the file without any route. */
final class Expected {

    /** A license as far as it can be foretold. */
    record State(String edition, Instant expires, boolean expired) {
    }

    private Expected() {
    }

    /** The licenses by e-mail address, after the events, for these users of the API. */
    static Map<String, State> after(List<String> lines, Set<String> users) {
        Map<String, State> licenses = new TreeMap<>();
        Set<String> ids = new HashSet<>();
        for (String line : lines) {
            JsonNode event;
            try {
                event = new ObjectMapper().readTree(line);
            } catch (IOException e) {
                continue;
            }
            String email = event.path("email").asText();
            if (!ids.add(event.path("id").asText()) || !users.contains(email)) {
                continue;
            }
            State before = licenses.get(email);
            if (event.path("type").asText().matches("paymentFailed|cancelled")) {
                if (before != null) {
                    licenses.put(email, new State(before.edition(), null, true));
                }
                continue;
            }
            Instant expires = before == null ? null : before.expires();
            try {
                expires = event.has("expires") ? OffsetDateTime.parse(event.get("expires").asText()).toInstant() : expires;
            } catch (java.time.DateTimeException e) {
                continue;
            }
            String edition = event.has("edition") ? event.get("edition").asText() : before == null ? null : before.edition();
            boolean expired = event.has("expires") ? false : before != null && before.expired();
            licenses.put(email, new State(edition, expires, expired));
        }
        return licenses;
    }
}
