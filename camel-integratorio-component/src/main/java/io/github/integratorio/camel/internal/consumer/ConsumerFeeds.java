package io.github.integratorio.camel.internal.consumer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.ConnectedEndpoint;
import io.github.integratorio.camel.api.InitialSnapshot;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.FeedConfig;
import io.github.integratorio.camel.internal.changefeed.MissingRows;
import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.client.ApiClock;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.paging.PagedResponse;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.concurrent.Futures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The change feeds of one consumer: one per connector, or a single one for the connectors of the account. */
public final class ConsumerFeeds {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerFeeds.class);

    private final ConnectedEndpoint endpoint;
    private final ClientRegistry.Client client;
    private final IntegratorioConfiguration options;
    private final ApiMethod list;
    private final FeedStoreRegistry.Lease lease;
    /** By connector id, null for the feed of the connectors; guarded by itself. */
    private final Map<String, ChangeFeed> feeds = new LinkedHashMap<>();
    /** The feed after which a poll begins; null for the first one. */
    private FeedId before;
    private final MissingRows missingRows = new MissingRows();
    /** Null unless the endpoint names no connector and watches all of the account. */
    private final AccountConnectors account;
    private boolean isAccountRead;
    private final ApiClock clock;

    /**
     * Creates the feeds that the endpoint names.
     *
     * @param endpoint the consumer's endpoint
     * @param client   the connection to the API
     * @param lease    the consumer's store
     */
    public ConsumerFeeds(ConnectedEndpoint endpoint, ClientRegistry.Client client, FeedStoreRegistry.Lease lease) {
        this.client = client;
        this.endpoint = endpoint;
        this.clock = new ApiClock(client.operations().scheduler());
        this.options = endpoint.getConfiguration();
        this.list = switch (endpoint.getResource()) {
            case connectors -> ApiMethod.LIST_CONNECTORS;
            case licenses -> ApiMethod.LIST_LICENSES;
            case installBase -> ApiMethod.LIST_INSTALL_BASE;
        };
        this.lease = lease;
        boolean isConnectors = endpoint.getResource() == IntegratorioResource.connectors;
        if (isConnectors) {
            add(null, false);
        } else {
            options.connectorIds().forEach(connector -> add(connector, false));
        }
        account = isConnectors || !options.connectorIds().isEmpty() ? null
                : new AccountConnectors(lease.store(), claimed(null), endpoint.getServiceUrl(),
                        options.getEmptyListConfirmations());
    }

    private FeedId claimed(String connectorId) {
        FeedId id = new FeedId(options.getConsumerId(), endpoint.getResource().name(), connectorId);
        lease.claim(id);
        return id;
    }

    /** Adds the feed of a connector; all rows of a new connector are additions. */
    private void add(String connectorId, boolean isNew) {
        synchronized (feeds) {
            if (feeds.containsKey(connectorId)) {
                return;
            }
        }
        FeedConfig config = new FeedConfig(list.key(),
                isNew || options.getInitialSnapshot() == InitialSnapshot.EMIT, options.getMassRemovalLimit(),
                options.getRemovalConfirmations(), options.getEmptyListConfirmations(), options.getMaxRowSize(),
                options.ignoredFieldNames()).withExpiryNotices(options.expiryNoticeDurations());
        FeedId id = claimed(connectorId);
        ChangeFeed feed = new ChangeFeed(lease.store(), id, endpoint.getServiceUrl(), config,
                missingRows, lease.inFlight(id));
        synchronized (feeds) {
            feeds.put(connectorId, feed);
        }
    }

    /** Returns all feeds, including those whose connector is gone. */
    public Collection<ChangeFeed> known() {
        synchronized (feeds) {
            return new ArrayList<>(feeds.values());
        }
    }

    /** Returns all feeds in the order of the next poll. */
    public List<ChangeFeed> inTurn() {
        List<ChangeFeed> turn = new ArrayList<>(known());
        for (int i = 0; i < turn.size(); i++) {
            if (turn.get(i).id().equals(before)) {
                Collections.rotate(turn, -i - 1);
                break;
            }
        }
        return turn;
    }

    /** Makes the next poll begin with the feed after this one, because this poll has delivered all that it may. */
    public void beginNextPollAfter(ChangeFeed feed) {
        before = feed.id();
    }

    /**
     * Adds feeds for new connectors of the account, if the endpoint names none, and returns the feeds to poll: those whose
     * connector exists.
     *
     * @throws Exception if the connectors of the account cannot be read
     */
    public Collection<ChangeFeed> refreshAndGetActive() throws Exception {
        if (account == null) {
            return known();
        }
        if (!isAccountRead) {
            // Also those that are gone from the account may have pending changes.
            account.known().forEach(this::add);
            isAccountRead = true;
        }
        Set<String> connectorIds = new LinkedHashSet<>();
        Futures.await(client.api().call(ApiRequest.of(ApiMethod.LIST_CONNECTORS, null, null), newContext())).rows()
                .forEach(row -> connectorIds.add((String) row.get(ApiMethod.LIST_CONNECTORS.key())));
        account.record(connectorIds).forEach(this::add);
        List<ChangeFeed> active = known().stream().filter(feed -> connectorIds.contains(feed.id().connectorId()))
                .toList();
        missingRows.retain(active.stream().map(ChangeFeed::id).toList());
        return active;
    }

    /**
     * Accepts the removals in held snapshots.
     *
     * @param  name     name of a feed, or of all feeds
     * @param  snapshot name of the held snapshot, as shown to the operator
     * @param  current  the current status of the consumer
     * @return          the number of removals; 0 if another snapshot is held by now
     */
    public int acceptRemovals(String name, String snapshot, ConsumerStatus current) {
        Map<String, String> held = current.heldSnapshots();
        if (snapshot == null || name == null || !snapshot.equals(held.get(name))) {
            return 0;
        }
        return known().stream().filter(feed -> feed.id().toString().equals(name)
                || feed.id().toString().startsWith(name + "/")).filter(feed -> held.containsKey(feed.id().toString()))
                .mapToInt(feed -> feed.acceptRemovals(held.get(feed.id().toString()))).sum();
    }

    /** Removes a failing change from the pending ones, on behalf of an operator, and returns whether there was one with this id. */
    public boolean skip(String changeId) {
        return known().stream().anyMatch(feed -> {
            int failures = feed.outbox().skip(changeId);
            if (failures > 0) {
                LOG.warn("An operator has skipped the change {} of {}, which had failed {} times", changeId, feed.id(),
                        failures);
            }
            return failures > 0;
        });
    }

    /** Returns the list of a feed at the API, which must be read within operationTimeout. */
    public SnapshotSource source(ChangeFeed feed) {
        SnapshotSource source = () -> {
            CallContext context = newContext();
            PagedResponse pages =
                    Futures.await(client.api().pages(ApiRequest.of(list, feed.id().connectorId(), null), context));
            return new ApiPages(pages, context, pages.time());
        };
        return options.expiryNoticeDurations().isEmpty() ? source : new DatedSnapshots(source, clock);
    }

    private CallContext newContext() {
        return CallContext.begin(client.operations().scheduler(), Duration.ofMillis(options.getOperationTimeout()));
    }

    /** Pages of a list with a time limit for reading all of them, so that a slow response cannot block the consumer for good. */
    private record ApiPages(PagedResponse pages, CallContext context, Instant time) implements SnapshotSource.Pages {
        @Override
        public InputStream next() throws Exception {
            InputStream page = pages.next();
            return page == null ? null : new FilterInputStream(page) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    if (context.remaining().isNegative()) {
                        throw new SocketTimeoutException("the list was not read within operationTimeout");
                    }
                    return super.read(target, offset, length);
                }
            };
        }

        @Override
        public void close() throws IOException {
            pages.close();
        }
    }
}
