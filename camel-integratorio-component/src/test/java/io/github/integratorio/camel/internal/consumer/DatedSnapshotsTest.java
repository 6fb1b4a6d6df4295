package io.github.integratorio.camel.internal.consumer;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;

import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.client.ApiClock;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** The dates of the API's responses become the time of the expiry notices. */
class DatedSnapshotsTest {

    private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");
    private static final Instant LONG_AGO = Instant.EPOCH;
    private static final Instant FAR_AHEAD = Instant.parse("2106-01-01T00:00:00Z");

    private final VirtualScheduler local = new VirtualScheduler(START);
    /** Dates of the next responses; null for one without a date. */
    private final LinkedList<Instant> dates = new LinkedList<>();
    private final SnapshotSource source = new DatedSnapshots(() -> new SnapshotSource.Pages() {
        private final Instant date = dates.remove();

        @Override
        public Instant time() {
            return date;
        }

        @Override
        public InputStream next() {
            return null;
        }

        @Override
        public void close() {
            // Has nothing open.
        }
    }, new ApiClock(local));

    @AfterEach
    void stop() {
        local.close();
    }

    /** Returns the time of a look at which the API responds with these dates, all of which are asked for. */
    private Instant look(Instant... responses) throws Exception {
        dates.addAll(Arrays.asList(responses));
        Instant time = source.open().time();
        assertEquals(List.of(), dates);
        return time;
    }

    private static Instant hours(long hours) {
        return START.plus(Duration.ofHours(hours));
    }

    @Test
    void a_date_that_agrees_with_the_local_clock_is_believed() throws Exception {
        assertEquals(START.plusSeconds(59), look(START.plusSeconds(59)));
        local.advance(Duration.ofDays(10));
        assertEquals(hours(240).minusSeconds(59), look(hours(240).minusSeconds(59)));
    }

    @Test
    void one_wrong_date_is_asked_for_again_and_not_believed() throws Exception {
        for (Instant wrong : new Instant[] { LONG_AGO, FAR_AHEAD, hours(3), hours(-3) }) {
            assertEquals(START, look(wrong, START));
            assertEquals(START, look(START));
            assertEquals(START, look(wrong, START));
        }
    }

    @Test
    void the_api_s_clock_counts_if_the_local_one_is_wrong() throws Exception {
        assertEquals(hours(500), look(hours(500), hours(500)));
        local.advance(Duration.ofHours(1));
        assertEquals(hours(501), look(hours(501)));
        assertEquals(hours(501), look(FAR_AHEAD, hours(501)));
        assertEquals(hours(501), look(LONG_AGO, hours(501)));
        assertEquals(hours(400), look(hours(400), hours(400)));
    }

    @Test
    void of_dates_that_all_differ_none_is_believed_until_another_one_agrees() throws Exception {
        assertThrows(IOException.class, () -> look(hours(5), hours(9)));
        local.advance(Duration.ofHours(1));
        assertThrows(IOException.class, () -> look(hours(20), LONG_AGO));
        assertEquals(hours(500), look(hours(500), hours(500)));
        local.advance(Duration.ofHours(1));
        assertEquals(hours(501), look(FAR_AHEAD, LONG_AGO));
    }

    @Test
    void a_first_date_that_is_missing_or_wrong_does_not_make_the_local_clock_count() throws Exception {
        assertThrows(IOException.class, () -> look(null, hours(3)));
        assertEquals(hours(3), look(hours(3)));
    }

    @Test
    void dates_that_are_missing_after_one_that_was_wrong_do_not_make_the_local_clock_count() throws Exception {
        assertThrows(IOException.class, () -> look(hours(3), hours(9)));
        assertThrows(IOException.class, () -> look(null, null));
        assertThrows(IOException.class, () -> look(null, null));
        assertEquals(START, look(START));
    }

    @Test
    void the_local_clock_counts_if_the_api_sends_no_dates() throws Exception {
        assertEquals(START, look(null, null));
        assertEquals(START, look((Instant) null));
        assertThrows(IOException.class, () -> look(hours(3), null));
    }

    @Test
    void a_response_without_a_date_does_not_go_back_to_the_local_clock() throws Exception {
        assertEquals(hours(500), look(hours(500), hours(500)));
        local.advance(Duration.ofHours(2));
        assertEquals(hours(502), look((Instant) null));
        assertEquals(hours(502), look(LONG_AGO, null));
    }
}
