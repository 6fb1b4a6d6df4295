package io.github.integratorio.camel.internal.changefeed;

import java.util.Map;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Changes in flight are kept as long as somebody needs them, and no longer. */
class InFlightChangesTest {

    private final InFlightChanges inFlight = new InFlightChanges();
    private final Outbox one = new Outbox(new InMemoryFeedStore(), WatchedList.ID, inFlight);
    private final Outbox other = new Outbox(new InMemoryFeedStore(), WatchedList.ID, inFlight);
    private final Change change = new Change("a1", "a", ChangeType.ADDED, 1, "{}", null);

    @Test
    void they_are_needed_until_the_change_has_ended_for_every_consumer_that_delivers_it() {
        assertTrue(inFlight.isEmpty());
        inFlight.add(change, one);
        inFlight.add(change, other);
        inFlight.abandon(one);
        assertFalse(inFlight.isEmpty());
        assertTrue(inFlight.contains(change, other));
        inFlight.abandon(other);
        assertTrue(inFlight.isEmpty());
    }

    @Test
    void an_acknowledgement_that_could_not_be_written_is_kept_until_one_consumer_has_taken_it() {
        inFlight.leaveUnwritten(Map.of(change.id(), change));
        assertFalse(inFlight.isEmpty());
        assertEquals(Map.of(change.id(), change), inFlight.takeUnwritten());
        assertEquals(Map.of(), inFlight.takeUnwritten());
        assertTrue(inFlight.isEmpty());
    }
}
