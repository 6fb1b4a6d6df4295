package io.github.integratorio.examples.provisioning;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.camel.api.License;

/** Computes from the event file alone which licenses must exist after the events. */
final class ExpectedLicenses {

    /** A license, as far as it can be predicted; {@code expires} is null when it expired at a time that is not in the events. */
    record State(String edition, Instant expires, boolean expired) {
    }

    private ExpectedLicenses() {
    }

    /** Returns the expected licenses by e-mail address. */
    static Map<String, State> compute(List<String> lines) {
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
            if (!ids.add(event.path("id").asText()) || email.endsWith("unknown.example")) {
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
                expires = event.has("expires") ? OffsetDateTime.parse(event.get("expires").asText()).toInstant()
                        : expires;
            } catch (DateTimeException e) {
                continue;
            }
            String edition =
                    event.has("edition") ? event.get("edition").asText() : before == null ? null : before.edition();
            boolean expired = !event.has("expires") && before != null && before.expired();
            licenses.put(email, new State(edition, expires, expired));
        }
        return licenses;
    }

    /** Describes every license that is not as expected; empty when all are. */
    static List<String> findDifferences(Map<String, State> expected, List<License> licenses) {
        List<String> differences = new ArrayList<>();
        if (expected.size() != licenses.size()) {
            differences.add(expected.size() + " licenses expected, " + licenses.size() + " found");
        }
        for (License license : licenses) {
            State state = expected.get(license.getEmail());
            boolean expired = !license.getExpires().isAfter(Instant.now());
            String edition = license.getOpts() == null ? null : (String) license.getOpts().get("connectorEdition");
            if (state == null || state.expired() != expired || !Objects.equals(edition, state.edition())
                    || !expired && !Duration.between(state.expires(), license.getExpires()).isZero()) {
                differences.add("license " + license.getId() + " differs from the events");
            }
        }
        return differences;
    }
}
