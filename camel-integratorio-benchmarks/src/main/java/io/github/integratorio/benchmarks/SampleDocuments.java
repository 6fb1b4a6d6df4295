package io.github.integratorio.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The documents in requests and responses, the same for all contenders. */
final class SampleDocuments {

    static final String EXPIRES = "2030-06-30T00:00:00.000Z";
    static final String LATER = "2031-06-30T00:00:00.000Z";
    static final String NO_ID = "000000000000000000000000";
    /** The licenses to upsert: 10,000, of which every hundredth differs from the existing one. */
    static final List<Map<String, Object>> UPSERT = wanted(10_000).toList();

    private static final long FIRST_ID = 0x5f00000000000000L;
    private static final long ID_STEP = 7919;
    private static final String INSTALL = ",\"name\":\"Customer number %06d of the shop\","
            + "\"email\":\"customer%06d@company-%03d.example.com\","
            + "\"sandbox\":false,\"version\":\"%04d.0.0\",\"updateInProgress\":false}";

    private SampleDocuments() {
    }

    static String id(long number) {
        return String.format(Locale.ROOT, "%024x", FIRST_ID + number * ID_STEP);
    }

    /** Returns an address, which has the same length for all numbers of at most six digits. */
    static String email(int number) {
        return String.format(Locale.ROOT, "customer%06d@company-%03d.example.com", number, number % 997);
    }

    /** Returns the address of the user whose license has this id. */
    static String emailOf(String licenseId) {
        return email((int) ((Long.parseLong(licenseId, 8, licenseId.length(), 16) - FIRST_ID) / ID_STEP));
    }

    /** Returns a license to write, as a message body. */
    static Map<String, Object> license(String email, String expires) {
        Map<String, Object> license = new LinkedHashMap<>();
        license.put("email", email);
        license.put("expires", expires);
        license.put("opts", new LinkedHashMap<>(Map.of("edition", "premium")));
        return license;
    }

    /** Returns licenses as they should be, of which every hundredth differs from the existing one. */
    static Stream<Map<String, Object>> wanted(int count) {
        return IntStream.range(0, count).mapToObj(i -> license(email(i), i % 100 == 50 ? LATER : EXPIRES));
    }

    /** Returns a license as the API returns it. */
    static String licenseJson(String id, int number) {
        return "{\"_id\":\"" + id + "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"expires\":\"" + EXPIRES
                + "\",\"opts\":{\"edition\":\"premium\"},\"user\":{\"email\":\"" + email(number)
                + "\"},\"sandbox\":false}";
    }

    /** Returns a list of licenses as the API returns it. */
    static byte[] licensesJson(int rows) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < rows; i++) {
            json.append(i == 0 ? "" : ",").append(licenseJson(id(i), i));
        }
        return json.append(']').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns an install base as the API returns it. */
    static byte[] installBaseJson(int rows) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < rows; i++) {
            json.append(i == 0 ? "" : ",").append("{\"_integrationId\":\"").append(id(i)).append('"')
                    .append(String.format(Locale.ROOT, INSTALL, i, i, i % 997, 1000));
        }
        // The blank can be replaced to change the bytes without changing the data.
        return json.append(" ]").toString().getBytes(StandardCharsets.US_ASCII);
    }
}
