package io.github.integratorio.camel.internal.changefeed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.paging.ListCollector;
import io.github.integratorio.camel.internal.client.paging.PageLinks;
import io.github.integratorio.camel.internal.client.paging.PagedResponse;
import io.github.integratorio.camel.internal.client.paging.RowIterator;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.json.Json;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.apache.camel.RuntimeCamelException;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Lists of any bytes with any Link header: they are read alike by all who read lists, or refused, and never end too early. */
class AnyListTest {

    private static final URI BASE = URI.create("https://api.integrator.io/v1");
    private static final ApiRequest LICENSES = ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null);
    private static final String PATH = "/v1/connectors/c1/licenses";
    private static final FeedConfig CONFIG =
            new FeedConfig("_id", false, 100, 1, 1, FeedConfig.MAX_ROW_SIZE, Set.of());

    private static final String MEANINGFUL = "[]{}\",:\\ \t0e.-1n";

    private static RawResponse response(byte[] body, boolean isStreamed, String... links) {
        BasicHttpResponse head = new BasicHttpResponse(200);
        head.addHeader("Content-Type", "application/json");
        for (String link : links) {
            head.addHeader("Link", link);
        }
        InputStream stream = isStreamed ? new ByteArrayInputStream(body) : null;
        return new RawResponse(head, Instant.EPOCH, isStreamed ? null : body, isStreamed ? 0 : body.length, stream);
    }

    private static PagedResponse streamed(byte[] body) {
        return new PagedResponse(LICENSES, new PageLinks(LICENSES, BASE, 0), response(body, true),
                path -> CompletableFuture.failedFuture(new AssertionError(path)), () -> {
                });
    }

    /** The rows of a list that is collected; empty if it is refused. */
    private static Optional<List<Object>> collected(byte[] body) throws Exception {
        try {
            return Optional.of(List.copyOf(
                    (List<?>) new ListCollector(LICENSES, BASE, 0).read(response(body, false)).value()));
        } catch (IntegratorioTransportException | IntegratorioApiException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<Object>> iterated(byte[] body) {
        List<Object> rows = new ArrayList<>();
        try (RowIterator iterator = new RowIterator(streamed(body))) {
            iterator.forEachRemaining(rows::add);
            return Optional.of(rows);
        } catch (RuntimeCamelException e) {
            assertTrue(e.getCause() instanceof IntegratorioTransportException
                    || e.getCause() instanceof IntegratorioApiException, e.toString());
            return Optional.empty();
        }
    }

    private static Optional<Map<String, Object>> watched(byte[] body) throws Exception {
        SnapshotDiff diff = new SnapshotDiff(new RowIndex(Set.of()), CONFIG);
        try (InputStream page = streamed(body).next()) {
            diff.readPage(page);
        } catch (IOException | IntegratorioApiException e) {
            return Optional.empty();
        }
        if (diff.refused().count() > 0) {
            return Optional.empty();
        }
        Map<String, Object> rows = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> row : diff.newOrChanged().entrySet()) {
            rows.put(row.getKey(), Json.parseAnswer(row.getValue(), row.getValue().length));
        }
        return Optional.of(rows);
    }

    @Property
    void a_list_is_read_alike_as_a_whole_row_by_row_and_by_the_feed(@ForAll("lists") List<Map<String, Object>> rows)
            throws Exception {
        byte[] body = Json.toBytes(rows);
        Object expected = Json.parseAnswer(body, body.length);
        assertEquals(Optional.of(expected), collected(body));
        assertEquals(Optional.of(expected), iterated(body));
        assertEquals(Optional.of(expected), watched(body).map(map -> new ArrayList<>(map.values())));
    }

    @Property
    void a_damaged_list_is_read_alike_or_refused(@ForAll("lists") List<Map<String, Object>> rows,
            @ForAll @Size(min = 1, max = 3) List<Integer> edits) throws Exception {
        byte[] body = Json.toBytes(rows);
        for (int edit : edits) {
            // Mostly characters that mean something to JSON.
            byte to = (byte) ((edit & 1) == 0 ? edit >> 8 : MEANINGFUL.charAt((edit >> 8) & 15));
            body[Math.floorMod(edit >> 4, body.length)] = to;
        }
        check(body);
    }

    @Property
    void any_bytes_are_read_alike_or_refused(@ForAll byte[] body) throws Exception {
        check(body);
    }

    @Test
    void bytes_that_are_no_text_in_any_encoding_are_refused_by_all() throws Exception {
        check(new byte[] { 0, 0, 1, 0 });
    }

    private static void check(byte[] body) throws Exception {
        Optional<List<Object>> whole = collected(body);
        assertEquals(whole, iterated(body));
        Optional<Map<String, Object>> feed = watched(body);
        // The feed refuses more: two rows with one key, bytes that are not UTF-8, and rows that it cannot store.
        feed.ifPresent(read -> {
            assertTrue(whole.isPresent(), () -> "only the feed reads it: " + read);
            Map<String, Object> byKey = new LinkedHashMap<>();
            whole.get().forEach(row -> byKey.putIfAbsent((String) ((Map<?, ?>) row).get("_id"), row));
            assertEquals(byKey, read);
        });
    }

    /** What seems to be the end of the list could be the middle of a damaged one. */
    @Property
    void a_list_with_other_content_after_its_end_is_refused_by_all(@ForAll("lists") List<Map<String, Object>> rows,
            @ForAll("lists") List<Map<String, Object>> more, @ForAll("separators") String separator) throws Exception {
        byte[] body = (Json.toText(rows) + separator + Json.toText(more)).getBytes(StandardCharsets.UTF_8);
        assertEquals(Optional.empty(), collected(body));
        assertEquals(Optional.empty(), iterated(body));
        assertEquals(Optional.empty(), watched(body));
    }

    @Provide
    Arbitrary<String> separators() {
        return Arbitraries.of("", ",", " ", "\n", "]", "x", "\u0000");
    }

    @Property
    void a_list_cut_at_any_byte_is_refused_by_all(@ForAll("lists") List<Map<String, Object>> rows, @ForAll int where)
            throws Exception {
        byte[] whole = Json.toBytes(rows);
        byte[] cut = Arrays.copyOf(whole, Math.floorMod(where, whole.length));
        assertEquals(Optional.empty(), collected(cut));
        assertEquals(Optional.empty(), iterated(cut));
        assertEquals(Optional.empty(), watched(cut));
    }

    @Provide
    Arbitrary<List<Map<String, Object>>> lists() {
        Arbitrary<Object> value = Arbitraries.oneOf(
                Arbitraries.strings().withChars("a}{][\",\\: \u00e9\u20ac\n").ofMaxLength(6).map(one -> (Object) one),
                Arbitraries.integers().map(one -> (Object) one), Arbitraries.of(true, false),
                Arbitraries.bigDecimals().map(one -> (Object) one), Arbitraries.of(List.of(1, List.of()), Map.of()));
        Arbitrary<Map<String, Object>> fields =
                Arbitraries.maps(Arbitraries.strings().ofMaxLength(3), value).ofMaxSize(3);
        return fields.list().ofMaxSize(4).map(all -> {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Map<String, Object> one : all) {
                Map<String, Object> row = new LinkedHashMap<>(one);
                row.put("_id", "r" + rows.size());
                rows.add(row);
            }
            return rows;
        });
    }

    /** The next page that these headers lead to; null if the list ends. */
    private static String next(String... links) throws Exception {
        ListCollector collector = new ListCollector(LICENSES, BASE, 0);
        return collector.read(response(new byte[] { (byte) 0x5b, (byte) 0x5d }, false, links)) == null
                ? collector.target() : null;
    }

    @Property
    void the_next_page_is_found_between_any_other_links_and_parameters(@ForAll("links") List<String> before,
            @ForAll("parameters") String first, @ForAll("parameters") String last,
            @ForAll("links") List<String> after) throws Exception {
        List<String> links = new ArrayList<>(before);
        links.add("<" + PATH + "?page=2>" + first + "; rel=\"next\"" + last);
        links.addAll(after);
        assertEquals(PATH + "?page=2", next(String.join(", ", links)));
        assertEquals(PATH + "?page=2", next(links.toArray(String[]::new)));
        List<String> others = new ArrayList<>(before);
        others.addAll(after);
        assertNull(next(String.join(",", others)));
    }

    @Property
    void a_cut_link_to_the_next_page_is_refused(@ForAll("links") List<String> before,
            @ForAll("parameters") String parameters, @ForAll int where) throws Exception {
        String start = String.join(", ", before) + (before.isEmpty() ? "" : ", ");
        String link = "<" + PATH + "?page=2>" + parameters + "; rel=\"next\"";
        String cut = start + link.substring(0, 1 + Math.floorMod(where, link.length() - 1));
        assertFalse(isRead(cut), cut);
    }

    private static boolean isRead(String link) throws Exception {
        try {
            next(link);
            return true;
        } catch (IntegratorioTransportException e) {
            return false;
        }
    }

    @Property
    void any_link_leads_to_a_page_of_this_list_or_nowhere_or_is_refused(@ForAll("almostLinks") String almost,
            @ForAll("nextLinks") String toNext) throws Exception {
        leadsToThisList(almost);
        assertTrue(leadsToThisList(toNext), toNext);
    }

    /** Whether it leads to another page of this list, or is refused; fails if it leads elsewhere. */
    private static boolean leadsToThisList(String link) throws Exception {
        try {
            String next = next(link);
            assertTrue(next == null || next.startsWith(PATH + "?"), next);
            return next != null;
        } catch (IntegratorioTransportException e) {
            return true;
        }
    }

    @Provide
    Arbitrary<List<String>> links() {
        return Combinators.combine(Arbitraries.of("", "?page=9", "http://evil.example/a,b;c", "/x%3E"), parameters(),
                Arbitraries.of("prev", "first", "last", "nextnext", "http://x/next")).as(
                        (target, parameters, relation) -> "<" + target + ">" + parameters + ";rel=\"" + relation + "\"")
                .list().ofMaxSize(3);
    }

    /** Parameters that contain what would end a link, a parameter or a value if it were not quoted. */
    @Provide
    Arbitrary<String> parameters() {
        Arbitrary<String> value = Arbitraries.strings().withChars("a,;<>=\"\\ ").ofMaxLength(6)
                .map(text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        Arbitrary<String> quoted = Combinators.combine(Arbitraries.of("title", "rev", "x-rel", "hreflang"), value)
                .as((name, text) -> ";" + name + "=" + text);
        return Arbitraries.oneOf(quoted, Arbitraries.of("", ";", ";;", "; crossorigin", ";title=next"));
    }

    @Provide
    Arbitrary<String> almostLinks() {
        return Arbitraries
                .of("<", ">", ";", ",", "\"", "\\", " ", "rel", "=", "next", "NEXT", "prev", PATH, "?", "page=2",
                        "http://evil.example", "//evil.example", "https://api.integrator.io", "@", "..", "%2e", "\t",
                        "\u00e9", "<"
                                + PATH + "?page=2>; rel=next")
                .list().ofMaxSize(12).map(parts -> String.join("", parts));
    }

    /** Links to the next page, most of which lead elsewhere. */
    @Provide
    Arbitrary<String> nextLinks() {
        return Arbitraries.of(PATH, "/v1/connectors", "/c2/licenses", "/", "..", ".", "?", "page=2", "http:", "https:",
                "//", "api.integrator.io", "evil.example", ":443", "@", "#", "%2e%2e", "%2F", "\\").list().ofMaxSize(5)
                .map(parts -> "<" + String.join("", parts) + ">; rel=next");
    }
}
