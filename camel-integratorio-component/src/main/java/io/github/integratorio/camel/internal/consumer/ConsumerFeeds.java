package io.github.integratorio.camel.internal.consumer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.github.integratorio.camel.IntegratorioEndpoint;
import io.github.integratorio.camel.api.InitialSnapshot;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.FeedConfig;
import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.paging.PagedResponse;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.producer.OperationDefinition;

/** The feeds of one consumer: one for each connector, or the one of the account's connectors. */
public final class ConsumerFeeds {

    private final IntegratorioEndpoint endpoint;
    private final IntegratorioConfiguration options;
    private final ApiMethod call;
    private final FeedStoreRegistry.Lease lease;
    private final Map<String, ChangeFeed> feeds = new LinkedHashMap<>();

    /**
     * @param endpoint which list is watched, and by which client
     * @param lease    the store
     */
    public ConsumerFeeds(IntegratorioEndpoint endpoint, FeedStoreRegistry.Lease lease) {
        this.endpoint = endpoint;
        this.options = endpoint.getConfiguration();
        this.call = OperationDefinition.of(endpoint.getResource(), IntegratorioOperation.LIST).call;
        this.lease = lease;
        if (endpoint.getResource() == IntegratorioResource.connectors) {
            watch(null);
        } else {
            endpoint.connectorIds().forEach(this::watch);
        }
    }

    private ChangeFeed watch(String connectorId) {
        FeedId id = new FeedId(options.getConsumerId(), endpoint.getResource().name(), connectorId);
        lease.watch(id);
        ChangeFeed feed = new ChangeFeed(lease.store(), id, endpoint.getServiceUrl(),
                new FeedConfig(call.key(), options.getInitialSnapshot() == InitialSnapshot.EMIT, options.getMassRemovalLimit(),
                        options.getRemovalConfirmations(), options.ignoredFieldNames()));
        synchronized (feeds) {
            feeds.put(connectorId, feed);
        }
        return feed;
    }

    /** All feeds that were ever watched here. */
    public Collection<ChangeFeed> known() {
        synchronized (feeds) {
            return new ArrayList<>(feeds.values());
        }
    }

    /**
     * The connectors of the account are watched from now on, when the endpoint names none.
     *
     * @return           the feeds that are there now; one whose connector is gone is not among them, and emits nothing
     * @throws Exception when the account's connectors cannot be read
     */
    public Collection<ChangeFeed> refreshAndGetActive() throws Exception {
        if (endpoint.getResource() == IntegratorioResource.connectors || !endpoint.connectorIds().isEmpty()) {
            return known();
        }
        Set<String> connectors = new LinkedHashSet<>();
        await(endpoint.api().call(ApiRequest.of(ApiMethod.LIST_CONNECTORS, null, null), context())).rows()
                .forEach(row -> connectors.add((String) row.get(ApiMethod.LIST_CONNECTORS.key())));
        List<ChangeFeed> current = new ArrayList<>();
        for (String connector : connectors) {
            ChangeFeed known;
            synchronized (feeds) {
                known = feeds.get(connector);
            }
            current.add(known != null ? known : watch(connector));
        }
        return current;
    }

    /** The list of a feed, as the API has it; to be read within the operation's time-out. */
    public SnapshotSource source(ChangeFeed feed) {
        return () -> {
            CallContext context = context();
            return new ApiPages(await(endpoint.api().pages(ApiRequest.of(call, feed.id().connectorId(), null), context)), context);
        };
    }

    private CallContext context() {
        return CallContext.begin(endpoint.provisioning().timeline(), Duration.ofMillis(options.getOperationTimeout()));
    }

    private static <T> T await(CompletableFuture<T> answer) throws Exception {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** The pages of the client, as the feed reads them: a list that trickles in for ever would never be looked at again. */
    private record ApiPages(PagedResponse pages, CallContext context) implements SnapshotSource.Pages {
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
