package io.github.integratorio.camel.internal.changefeed;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.EmbeddedFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.JdbcFeedStore;
import io.github.integratorio.camel.support.Choices;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.FeedHistory;
import io.github.integratorio.camel.support.Postgres;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

/**
 * Random histories of a feed with crashes at every step of the store. {@code -Dfeed.histories=5000000} sets their number,
 * {@code -Dfeed.histories.stored=5000} the number in each real database, {@code -Dfeed.seed=…} the first seed.
 */
class FeedHistoriesTest {

    private static final long HISTORIES = Long.getLong("feed.histories", 5_000);
    private static final long STORED_HISTORIES = Long.getLong("feed.histories.stored", 100);
    private static final long SEED = Long.getLong("feed.seed", 1);

    private static String firstViolationWith(long histories, Function<FeedStore, FeedStore> sabotage) {
        return firstViolation(histories, choices -> new FeedHistory(choices, sabotage));
    }

    /** The first history with a violation, reduced to as few choices as possible; null if there is none. */
    private static String firstViolation(long histories, Histories kind) {
        return LongStream.range(SEED, SEED + histories).parallel()
                .filter(seed -> kind.of(Choices.random(seed)).run() != null).boxed().findAny().map(seed -> {
                    Choices choices = Choices.random(seed);
                    kind.of(choices).run();
                    int[] few = Choices.shrink(choices.made(), made -> kind.of(Choices.replay(made)).run() != null);
                    return "history " + seed + ": " + kind.of(Choices.replay(few)).run() + " by "
                            + Arrays.toString(few);
                }).orElse(null);
    }

    private interface Histories {
        FeedHistory of(Choices choices);
    }

    /** Histories in a real store, in which each has its own feed. */
    private static String firstViolation(FeedStore store) {
        AtomicLong feeds = new AtomicLong();
        return firstViolation(STORED_HISTORIES,
                choices -> new FeedHistory(choices, store,
                        new FeedId("history" + feeds.incrementAndGet(), "licenses", "c1")));
    }

    @Test
    @Covers({ 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 198, 236, 238, 240 })
    void no_history_loses_invents_or_reorders_a_change() {
        assertNull(firstViolationWith(HISTORIES, store -> store));
    }

    /** As above in an embedded database. */
    @Test
    void no_history_violates_the_guarantees_in_an_embedded_database(@TempDir Path directory) {
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            assertNull(firstViolation(store));
        }
    }

    /** As above in PostgreSQL. */
    @Test
    void no_history_violates_the_guarantees_in_postgresql() throws SQLException {
        JdbcConnectionPool pool = Postgres.pool();
        try {
            assertNull(firstViolation(new JdbcFeedStore(pool)));
        } finally {
            pool.dispose();
        }
    }

    static Stream<Arguments> sabotages() {
        return Stream.of(
                Arguments.of("writes the base, but not all pending changes",
                        (Function<FeedStore, FeedStore>) store -> new Sabotage(store) {
                            @Override
                            public boolean commit(FeedId feed, State expected, State next, Recording recording) {
                                return super.commit(feed, expected, next,
                                        new Recording(recording.rows(), recording.removed(),
                                                recording.changes().stream().skip(1).toList(), recording.withdrawn(),
                                                recording.seen()));
                            }
                        }),
                Arguments.of("lets two nodes commit from the same state",
                        (Function<FeedStore, FeedStore>) store -> new Sabotage(store) {
                            @Override
                            public boolean commit(FeedId feed, State expected, State next, Recording recording) {
                                return super.commit(feed, super.state(feed).orElse(null), next, recording);
                            }
                        }),
                Arguments.of("deletes pending changes that are not acknowledged",
                        (Function<FeedStore, FeedStore>) store -> new Sabotage(store) {
                            @Override
                            public void acknowledge(FeedId feed, Collection<Change> changes) {
                                super.acknowledge(feed, super.pending(feed, null, 2).changes());
                            }
                        }),
                Arguments.of("returns pending changes in the wrong order",
                        (Function<FeedStore, FeedStore>) store -> new Sabotage(store) {
                            @Override
                            public Pending pending(FeedId feed, Change after, int max) {
                                Pending pending = super.pending(feed, after, max);
                                List<Change> changes = new ArrayList<>(pending.changes());
                                Collections.reverse(changes);
                                return new Pending(pending.state(), changes);
                            }
                        }),
                Arguments.of("does not delete removed rows",
                        (Function<FeedStore, FeedStore>) store -> new Sabotage(store) {
                            @Override
                            public boolean commit(FeedId feed, State expected, State next, Recording recording) {
                                return super.commit(feed, expected, next,
                                        new Recording(recording.rows(), List.of(), recording.changes(),
                                                recording.withdrawn(), recording.seen()));
                            }
                        }),
                Arguments.of("does not withdraw notices",
                        (Function<FeedStore, FeedStore>) store -> new Sabotage(store) {
                            @Override
                            public boolean commit(FeedId feed, State expected, State next, Recording recording) {
                                return super.commit(feed, expected, next,
                                        new Recording(recording.rows(), recording.removed(), recording.changes()));
                            }
                        }),
                Arguments.of("records that notices were told, and not the notices",
                        (Function<FeedStore, FeedStore>) store -> new Sabotage(store) {
                            @Override
                            public boolean commit(FeedId feed, State expected, State next, Recording recording) {
                                return super.commit(feed, expected, next,
                                        new Recording(recording.rows(), recording.removed(),
                                                recording.changes().stream().filter(change -> !change.isNotice())
                                                        .toList(),
                                                recording.withdrawn(), recording.seen()));
                            }
                        }),
                Arguments.of("loses its state", (Function<FeedStore, FeedStore>) store -> new Sabotage(store) {
                    @Override
                    public Optional<State> state(FeedId feed) {
                        return super.state(feed).filter(state -> state.generation() % 5 != 4);
                    }

                    @Override
                    public Pending pending(FeedId feed, Change after, int max) {
                        Pending pending = super.pending(feed, after, max);
                        return new Pending(pending.state().filter(state -> state.generation() % 5 != 4),
                                pending.changes());
                    }
                }));
    }

    @ParameterizedTest(name = "a store that {0}")
    @MethodSource("sabotages")
    void the_histories_detect_seeded_bugs(String what, Function<FeedStore, FeedStore> sabotage) {
        assertNotNull(firstViolationWith(20_000, sabotage), "no history detected a store that " + what);
    }

    /** A store with one bug. */
    private abstract static class Sabotage implements FeedStore {
        private final FeedStore store;

        Sabotage(FeedStore store) {
            this.store = store;
        }

        @Override
        public Optional<State> state(FeedId feed) {
            return store.state(feed);
        }

        @Override
        public void rows(FeedId feed, RowReader reader) {
            store.rows(feed, reader);
        }

        @Override
        public Map<String, String> rows(FeedId feed, Collection<String> keys) {
            return store.rows(feed, keys);
        }

        @Override
        public boolean commit(FeedId feed, State expected, State next, Recording recording) {
            return store.commit(feed, expected, next, recording);
        }

        @Override
        public Pending pending(FeedId feed, Change after, int max) {
            return store.pending(feed, after, max);
        }

        @Override
        public List<Change> notices(FeedId feed) {
            return store.notices(feed);
        }

        @Override
        public void acknowledge(FeedId feed, Collection<Change> changes) {
            store.acknowledge(feed, changes);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
