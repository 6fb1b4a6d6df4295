package io.github.integratorio.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The documents that are sent both ways; the same for all contenders. */
final class Samples {

    static final String EXPIRES = "2030-06-30T00:00:00.000Z";
    static final String LATER = "2031-06-30T00:00:00.000Z";
    static final String NO_ID = "000000000000000000000000";
    private static final String INSTALL = ",\"name\":\"Customer number %06d of the shop\",\"email\":\"customer%06d@company-%03d.example.com\","
            + "\"sandbox\":false,\"version\":\"%04d.0.0\",\"updateInProgress\":false}";

    private Samples() {
    }

    static String id(long number) {
        return String.format(Locale.ROOT, "%024x", 0x5f00000000000000L + number * 7919L);
    }

    static String email(int number) {
        return String.format(Locale.ROOT, "customer%06d@company-%03d.example.com", number, number % 997);
    }

    /** A license that is to be, as the body of a message. */
    static Map<String, Object> license(String email, String expires) {
        Map<String, Object> license = new LinkedHashMap<>();
        license.put("email", email);
        license.put("expires", expires);
        license.put("opts", new LinkedHashMap<>(Map.of("edition", "premium")));
        return license;
    }

    /** A license as the API shows it. */
    static String shown(String id, int number) {
        return "{\"_id\":\"" + id + "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"expires\":\"" + EXPIRES
                + "\",\"opts\":{\"edition\":\"premium\"},\"user\":{\"email\":\"" + email(number) + "\"},\"sandbox\":false}";
    }

    /** A list of licenses as the API shows it. */
    static byte[] licenses(int rows) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < rows; i++) {
            json.append(i == 0 ? "" : ",").append(shown(id(i), i));
        }
        return json.append(']').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** An install base as the API shows it. */
    static byte[] installs(int rows) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < rows; i++) {
            json.append(i == 0 ? "" : ",").append("{\"_integrationId\":\"").append(id(i)).append('"')
                    .append(String.format(Locale.ROOT, INSTALL, i, i, i % 997, 1000));
        }
        // Room for a blank that changes the bytes and not the meaning.
        return json.append(" ]").toString().getBytes(StandardCharsets.US_ASCII);
    }
}
