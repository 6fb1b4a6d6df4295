package io.github.integratorio.camel.internal.producer;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** One license in any of the classes, notations and spellings in which routes have it is one license. */
class RepresentationsTest extends SimulatorTestSupport {

    private static final int LICENSES = Integer.getInteger("representations.licenses", 60);
    private static final long SEED = Long.getLong("representations.seed", 1);

    @TempDir
    private Path files;

    /** What is meant, however it is written. */
    private record Meant(String email, Instant expires, boolean sandbox, int seats, List<Object> addons) {
    }

    @Test
    void a_license_is_created_once_and_never_written_again_for_another_notation_of_the_same_values() throws Exception {
        String connector = simulator().addConnector("Shop");
        for (int i = 0; i < LICENSES; i++) {
            Random random = new Random(SEED + i);
            Meant meant = new Meant(pick(random, "jane", "john") + "@example.com",
                    Instant.parse("2030-01-01T00:00:00Z").plusSeconds(random.nextInt(100_000_000)),
                    random.nextInt(3) == 0, random.nextInt(5), random.nextBoolean() ? List.of() : List.of("p", "q"));
            simulator().licenses(connector).forEach(license -> send(
                    "integratorio:licenses?operation=delete&connectorId=" + connector + "&licenseId="
                            + license.get("_id"),
                    null));
            for (WriteOutcome outcome : List.of(WriteOutcome.CREATED, WriteOutcome.UNCHANGED, WriteOutcome.UNCHANGED)) {
                simulator().clearRequests();
                Object body = body(meant, random);
                String which = "seed " + (SEED + i) + ": " + body;

                assertEquals(outcome,
                        succeed("integratorio:licenses?operation=upsert&connectorId=" + connector, body).getMessage()
                                .getHeader(IntegratorioConstants.OUTCOME),
                        which);
                assertEquals(outcome == WriteOutcome.CREATED ? 1 : 0, simulator().count("POST|PUT", ".*"), which);
            }
            assertEquals(1, simulator().licenses(connector).size());
        }
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private Object body(Meant meant, Random random) throws Exception {
        int form = random.nextInt(12);
        if (form < 4) {
            Map<String, Object> fields = fields(meant, random, false);
            return form == 0 ? License.of(fields) : fields;
        }
        String json = MAPPER.writeValueAsString(fields(meant, random, true));
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return switch (form) {
            case 4 -> json;
            case 5 -> bytes;
            case 6 -> new ByteArrayInputStream(bytes);
            case 7 -> MAPPER.readTree(json);
            case 8 -> new StringReader(json);
            case 9 -> ByteBuffer.wrap(bytes);
            case 10 -> Files.writeString(files.resolve("license.json"), json).toFile();
            default -> new StringBuilder("\uFEFF" + json);
        };
    }

    private static Map<String, Object> fields(Meant meant, Random random, boolean isJson) {
        Map<String, Object> fields = new LinkedHashMap<>();
        String address = random.nextBoolean() ? meant.email : meant.email.toUpperCase(Locale.ROOT);
        if (random.nextBoolean()) {
            fields.put("user", map("email", address));
        } else {
            fields.put("email", isJson ? address : new StringBuilder(address));
        }
        fields.put("expires", date(meant.expires, random, isJson));
        if (meant.sandbox) {
            fields.put("sandbox", pick(random, true, "true"));
        } else if (random.nextBoolean()) {
            fields.put("sandbox", pick(random, false, "false", null));
        }
        Map<String, Object> options = map("seats", number(meant.seats, random, isJson));
        if (!meant.addons.isEmpty() || random.nextBoolean()) {
            options.put("addonLicenses", isJson || random.nextBoolean() ? meant.addons : meant.addons.toArray());
        }
        if (random.nextBoolean()) {
            options.put("note", pick(random, "", null, false, List.of()));
        }
        fields.put("opts", options);
        List<String> names = new ArrayList<>(fields.keySet());
        Collections.shuffle(names, random);
        Map<String, Object> shuffled = new LinkedHashMap<>();
        names.forEach(name -> shuffled.put(name, fields.get(name)));
        return shuffled;
    }

    private static String text(Instant instant, String pattern, ZoneOffset offset) {
        return DateTimeFormatter.ofPattern(pattern).format(instant.atOffset(offset));
    }

    private static Object date(Instant instant, Random random, boolean isJson) {
        return switch (random.nextInt(isJson ? 6 : 12)) {
            case 0 -> instant.toString();
            case 1 -> text(instant, "yyyy-MM-dd'T'HH:mm:ssxxx", ZoneOffset.ofHours(5));
            case 2 -> text(instant, "yyyy-MM-dd'T'HH:mm:ssxx", ZoneOffset.ofHoursMinutes(-3, -30));
            case 3 -> text(instant, "yyyy-MM-dd'T'HH:mm:ssx", ZoneOffset.UTC);
            case 4 -> text(instant, "yyyy-MM-dd't'HH:mm:ss'z'", ZoneOffset.UTC);
            case 5 -> text(instant, "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", ZoneOffset.UTC);
            case 6 -> instant;
            case 7 -> Date.from(instant);
            case 8 -> instant.atZone(ZoneId.of("Europe/Berlin"));
            case 9 -> GregorianCalendar.from(instant.atZone(ZoneId.of("Asia/Kolkata")));
            case 10 -> instant.atOffset(ZoneOffset.ofHours(-7));
            default -> Timestamp.from(instant);
        };
    }

    private static Object number(int number, Random random, boolean isJson) {
        return switch (random.nextInt(isJson ? 3 : 7)) {
            case 0 -> number;
            case 1 -> (double) number;
            case 2 -> new BigDecimal(number + ".00");
            case 3 -> (long) number;
            case 4 -> BigInteger.valueOf(number);
            case 5 -> (float) number;
            default -> (short) number;
        };
    }
}
