package io.github.integratorio.camel.internal.consumer;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.github.integratorio.camel.IntegratorioConsumer;
import io.github.integratorio.camel.api.ConsumerConfiguration;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.JdbcFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.StateDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores of consumers: in a process one for each database, and each feed in it watched by one consumer only. */
public final class FeedStoreRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(IntegratorioConsumer.class);

    /** By place; guarded by itself. Of all components of the process, as two that watched one feed would each miss what the other took. */
    private static final Map<Object, Shared> OPEN = new HashMap<>();

    private final InMemoryFeedStore memory = new InMemoryFeedStore();

    /** A store with those who use it. */
    private static final class Shared {
        private final FeedStore store;
        private final Set<FeedId> watched = new HashSet<>();
        private int users;

        Shared(FeedStore store) {
            this.store = store;
        }
    }

    /** A consumer's hold on a store; to be closed. */
    public static final class Lease implements AutoCloseable {
        private final Object place;
        private final Shared shared;
        private final Set<FeedId> mine = new HashSet<>();

        private Lease(Object place, Shared shared) {
            this.place = place;
            this.shared = shared;
        }

        FeedStore store() {
            return shared.store;
        }

        /**
         * Says that a feed is watched.
         *
         * @throws IllegalArgumentException when another consumer watches it
         */
        void watch(FeedId feed) {
            synchronized (OPEN) {
                if (!shared.watched.add(feed)) {
                    throw new IllegalArgumentException("consumerId: another consumer watches " + feed
                            + " already; give one of them another consumerId");
                }
                mine.add(feed);
            }
        }

        @Override
        public void close() {
            synchronized (OPEN) {
                shared.watched.removeAll(mine);
                mine.clear();
                if (--shared.users == 0) {
                    OPEN.remove(place);
                    shared.store.close();
                }
            }
        }
    }

    /** The store that a consumer's options name. */
    public Lease lease(ConsumerConfiguration options) {
        // Empty is what an optional property of a Kamelet is when nobody sets it; it must not become the working directory.
        if (options.getStateDirectory() != null && !options.getStateDirectory().isBlank()) {
            Path directory = Path.of(options.getStateDirectory()).toAbsolutePath().normalize();
            return lease(directory, () -> open(directory));
        }
        if (options.getDataSource() != null) {
            return lease(options.getDataSource(), () -> new JdbcFeedStore(options.getDataSource()));
        }
        LOG.warn("No stateDirectory or dataSource: what was seen, and what was not yet acknowledged, is forgotten when the process ends,"
                + " and changes until it is back are never seen");
        return lease(memory, () -> memory);
    }

    private static FeedStore open(Path directory) {
        try {
            return StateDirectory.open(directory);
        } catch (NoClassDefFoundError e) {
            throw new IllegalArgumentException("stateDirectory: needs com.h2database:h2 on the classpath");
        }
    }

    private static Lease lease(Object place, Supplier<FeedStore> opening) {
        synchronized (OPEN) {
            Shared shared = OPEN.get(place);
            if (shared == null) {
                shared = new Shared(opening.get());
                OPEN.put(place, shared);
            }
            shared.users++;
            return new Lease(place, shared);
        }
    }
}
