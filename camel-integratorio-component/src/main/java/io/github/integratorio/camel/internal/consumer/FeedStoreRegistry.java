package io.github.integratorio.camel.internal.consumer;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.ConsumerConfiguration;
import io.github.integratorio.camel.internal.changefeed.InFlightChanges;
import io.github.integratorio.camel.internal.changefeed.store.EmbeddedFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.JdbcFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.Schema;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the stores of consumers. A process opens each database once, and lets one consumer only use each feed in it. */
public final class FeedStoreRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(FeedStoreRegistry.class);

    /** By location; guarded by itself. Shared by all components, because two consumers of one feed would take changes from each other. */
    private static final Map<Object, Shared> OPEN = new HashMap<>();
    /** Changes in flight, which outlive their consumer and its store; guarded by OPEN. */
    private static final Map<Location, InFlightChanges> IN_FLIGHT = new HashMap<>();

    private final InMemoryFeedStore memory = new InMemoryFeedStore();

    private record Location(Object store, FeedId feed) {
    }

    /**
     * A store with its users. Opening and closing it can wait for a database, so they hold this store's lock, and never that of OPEN,
     * which is always taken second.
     */
    private static final class Shared {
        /** Null unless open; guarded by this. */
        private FeedStore store;
        // Guarded by OPEN.
        private final Set<FeedId> claimed = new HashSet<>();
        private int users;
    }

    /** A consumer's use of a store, until it is closed. */
    public static final class Lease implements AutoCloseable {
        private final Object location;
        private final Shared shared;
        private final FeedStore store;
        private final Set<FeedId> mine = new HashSet<>();

        private Lease(Object location, Shared shared, FeedStore store) {
            this.location = location;
            this.shared = shared;
            this.store = store;
        }

        FeedStore store() {
            return store;
        }

        /**
         * Claims a feed for this consumer; one without a connector means those of all connectors.
         *
         * @throws IllegalArgumentException if another consumer has claimed it
         */
        void claim(FeedId feed) {
            synchronized (OPEN) {
                Optional<FeedId> other = shared.claimed.stream()
                        .filter(claim -> claim.equals(feed) || !mine.contains(claim) && includes(claim, feed))
                        .findAny();
                if (other.isPresent()) {
                    throw new IllegalArgumentException("consumerId: another consumer already uses the feed "
                            + other.get() + (other.get().equals(feed) ? "" : ", which overlaps with " + feed)
                            + "; set a different consumerId");
                }
                shared.claimed.add(feed);
                mine.add(feed);
            }
        }

        private static boolean includes(FeedId one, FeedId other) {
            return one.consumerId().equals(other.consumerId()) && one.resource().equals(other.resource())
                    && (one.connectorId() == null || other.connectorId() == null);
        }

        /** Returns the changes of a claimed feed that are in flight in this process. */
        InFlightChanges inFlight(FeedId feed) {
            synchronized (OPEN) {
                return IN_FLIGHT.computeIfAbsent(new Location(location, feed), unknown -> new InFlightChanges());
            }
        }

        @Override
        public void close() {
            synchronized (OPEN) {
                shared.claimed.removeAll(mine);
                mine.clear();
            }
            release(location, shared);
        }
    }

    /**
     * Opens the store in the options of a consumer, or in the application's only DataSource.
     *
     * @param  component                the consumer's component, which says whether DataSources are autowired
     * @throws IllegalArgumentException if the options do not determine the store
     */
    public Lease lease(ConsumerConfiguration options, Component component) {
        String directory = options.getStateDirectory();
        DataSource dataSource = options.getDataSource();
        // An optional property of a Kamelet is empty if it is not set; it must not become the working directory.
        if (directory != null && !directory.isBlank()) {
            if (dataSource != null) {
                throw new IllegalArgumentException("stateDirectory, dataSource: both are set; set only one of them");
            }
            if (directory.equals(ConsumerConfiguration.MEMORY)) {
                LOG.info("Keeping the consumer's state in memory: pending changes are lost when the process ends,"
                        + " and changes made while it is down are missed");
                return lease(memory, () -> memory);
            }
            Path path = EmbeddedFeedStore.prepare(Path.of(directory));
            return lease(path, () -> open(path));
        }
        DataSource used = dataSource != null ? dataSource : onlyDataSource(component);
        return lease(used, () -> new JdbcFeedStore(used,
                options.isCreateTables() ? Schema.Tables.CREATE : Schema.Tables.VERIFY));
    }

    /** Returns the application's only or primary DataSource. Looks for it at each start, because beans may come and go. */
    private static DataSource onlyDataSource(Component component) {
        CamelContext context = component.getCamelContext();
        Set<String> names = new TreeSet<>(context.getRegistry().findByTypeWithName(DataSource.class).keySet());
        DataSource only = component.isAutowiredEnabled() && context.isAutowiredEnabled()
                ? context.getRegistry().findSingleByType(DataSource.class) : null;
        if (only == null) {
            throw new IllegalArgumentException("stateDirectory, dataSource: neither is set, and the application has "
                    + (names.isEmpty() ? "no DataSource"
                            : names.size() == 1
                                    ? "switched autowiring of its DataSource (" + names.iterator().next() + ") off"
                                    : "several DataSources (" + String.join(", ", names) + ")")
                    + "; set stateDirectory=<directory> to keep the consumer's state in local files, which needs com.h2database:h2 on"
                    + " the classpath, dataSource=#<name> to keep it in a database, or stateDirectory="
                    + ConsumerConfiguration.MEMORY
                    + " to lose it when the process ends");
        }
        return only;
    }

    private static FeedStore open(Path directory) {
        try {
            return EmbeddedFeedStore.open(directory);
        } catch (NoClassDefFoundError e) {
            throw new IllegalArgumentException("stateDirectory: needs com.h2database:h2 on the classpath");
        }
    }

    private static Lease lease(Object location, Supplier<FeedStore> opening) {
        Shared shared;
        synchronized (OPEN) {
            shared = OPEN.computeIfAbsent(location, unknown -> new Shared());
            shared.users++;
            IN_FLIGHT.entrySet()
                    .removeIf(entry -> entry.getValue().isEmpty() && !isClaimed(entry.getKey()));
        }
        synchronized (shared) {
            boolean isOpen = false;
            try {
                if (shared.store == null) {
                    shared.store = opening.get();
                }
                isOpen = true;
                return new Lease(location, shared, shared.store);
            } finally {
                if (!isOpen) {
                    release(location, shared);
                }
            }
        }
    }

    /** Ends one use of a store; the last one closes it. A consumer that comes meanwhile waits, and opens it again. */
    private static void release(Object location, Shared shared) {
        synchronized (shared) {
            synchronized (OPEN) {
                if (--shared.users > 0) {
                    return;
                }
            }
            try {
                if (shared.store != null) {
                    shared.store.close();
                }
            } finally {
                shared.store = null;
                synchronized (OPEN) {
                    if (shared.users == 0) {
                        OPEN.remove(location);
                    }
                }
            }
        }
    }

    private static boolean isClaimed(Location location) {
        Shared shared = OPEN.get(location.store());
        return shared != null && shared.claimed.contains(location.feed());
    }
}
