package io.github.integratorio.camel;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.consumer.ChangeMessageWriter;
import io.github.integratorio.camel.internal.consumer.ChangeRouter;
import io.github.integratorio.camel.internal.consumer.ConsumerFeeds;
import io.github.integratorio.camel.internal.consumer.ConsumerStatus;
import io.github.integratorio.camel.internal.consumer.FeedPoller;
import io.github.integratorio.camel.internal.consumer.FeedStatus;
import io.github.integratorio.camel.internal.consumer.FeedStoreRegistry;
import io.github.integratorio.camel.internal.consumer.PollActivity;
import io.github.integratorio.camel.internal.consumer.PollActivity.Work;
import io.github.integratorio.camel.internal.consumer.PollActivityTracker;
import io.github.integratorio.camel.internal.observability.IntegratorioConsumerHealthCheck;
import io.github.integratorio.camel.internal.observability.ObservedConsumer;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.support.ScheduledBatchPollingConsumer;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Polls lists and routes each change. A poll delivers the pending changes, then fetches a snapshot and delivers its changes. A
 * change is acknowledged when its exchange completes, which may be later and on another thread.
 */
@ManagedResource(description = "Managed integrator.io consumer")
public class IntegratorioConsumer extends ScheduledBatchPollingConsumer {

    private final IntegratorioEndpoint endpoint;
    private final ComponentServices services;
    private final ObservedConsumer observed = new ObservedConsumer() {
        @Override
        public ConsumerStatus status() {
            return IntegratorioConsumer.this.status();
        }

        @Override
        public int acceptRemovals(String feed, String snapshot) {
            return IntegratorioConsumer.this.acceptRemovals(feed, snapshot);
        }

        @Override
        public boolean skipChange(String changeId) {
            return IntegratorioConsumer.this.skipChange(changeId);
        }
    };
    private ClientRegistry.Client client;
    private FeedStoreRegistry.Lease lease;
    /** Null before the first start. */
    private volatile FeedPoller poller;
    /** Held by the poll that runs; a new one for each start, because a poll may hang in the route beyond a forced stop. */
    private volatile Lock onePoll = new ReentrantLock();
    private final PollActivityTracker activity = new PollActivityTracker();

    IntegratorioConsumer(IntegratorioEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.services = endpoint.getComponent().services();
    }

    @Override
    protected void doBuild() throws Exception {
        if (getHealthCheck() == null) {
            setHealthCheck(new IntegratorioConsumerHealthCheck(this, observed, "consumer:" + getRouteId()));
        }
        super.doBuild();
    }

    @Override
    protected void doStart() throws Exception {
        if (lease != null) {
            // Camel resumes a route whose consumer a policy has suspended by another start.
            doStop();
        }
        client = endpoint.connect();
        onePoll = new ReentrantLock();
        activity.begin(Work.STORE);
        try {
            lease = services.leaseStore(endpoint.getConfiguration());
            poller = new FeedPoller(new ConsumerFeeds(endpoint, client, lease),
                    new ChangeRouter(this, new ChangeMessageWriter(endpoint.getResource(),
                            endpoint.getConfiguration().getOutputType(), endpoint.getServiceUrl())),
                    activity, client.operations().scheduler());
        } finally {
            activity.begin(Work.NONE);
        }
        services.add(observed);
        super.doStart();
    }

    /** Also called after a failed start. */
    @Override
    protected void doStop() throws Exception {
        try {
            super.doStop();
        } finally {
            services.remove(observed, poller == null ? List.of() : poller.feeds().known());
            if (lease != null) {
                lease.close();
                lease = null;
            }
            if (client != null) {
                services.release(client);
                client = null;
            }
        }
    }

    /** Camel stops a consumer whose suspension takes too long, and resumes it nevertheless. */
    @Override
    protected void doResume() throws Exception {
        super.doResume();
        if (lease == null) {
            doStart();
        }
    }

    /** Returns the current status; it has no feeds before the start. */
    ConsumerStatus status() {
        FeedStatus.State own = getLastError() != null ? FeedStatus.State.FAILING
                : isConsumerReady() ? FeedStatus.State.RUNNING : FeedStatus.State.WAITING;
        FeedPoller current = poller;
        return new ConsumerStatus(own, currentActivity(), current == null ? List.of() : current.status());
    }

    private PollActivity currentActivity() {
        FeedPoller current = poller;
        return current == null ? activity.current() : current.activity();
    }

    /** Returns the worst state of all feeds: waiting, running, failing or held. */
    @ManagedAttribute(description = "Worst state of all lists: waiting, running, failing or held")
    public String getFeedState() {
        return status().state().toString();
    }

    /** Returns what the consumer is doing, and since when. */
    @ManagedAttribute(description = "What the consumer is doing, and since when")
    public String getActivity() {
        return currentActivity().toString();
    }

    /** Returns the held snapshots, by feed: the number of missing rows, and a fingerprint of their keys. */
    @ManagedAttribute(
            description = "Held snapshots, by list and for all lists: number of missing rows, and a fingerprint of their keys")
    public Map<String, String> getHeldRemovals() {
        return status().heldSnapshots();
    }

    /** Returns the number of failed deliveries of each pending change, by change id. */
    @ManagedAttribute(description = "Number of failed deliveries of each pending change, by change id")
    public Map<String, Integer> getFailingChanges() {
        return status().failingChanges();
    }

    /** Returns the number of changes that the route is processing. */
    @ManagedAttribute(description = "Number of changes that the route is processing")
    public int getChangesInFlight() {
        return status().inFlight();
    }

    /**
     * Accepts the removals in a held snapshot.
     *
     * @param  feed     name of the list, or of all lists, as in {@link #getHeldRemovals()}
     * @param  snapshot its value there
     * @return          the number of removals; 0 if another snapshot is held by now
     */
    @ManagedOperation(
            description = "Accepts that the rows missing in the held snapshot of a list are removed, given its name and value in HeldRemovals; returns their number, or 0 if another snapshot is held by now")
    public int acceptRemovals(String feed, String snapshot) {
        return poller == null ? 0 : poller.feeds().acceptRemovals(feed, snapshot, status());
    }

    /**
     * Removes a change that fails from the pending ones, as if it had been delivered.
     *
     * @param  changeId id of the change, as in {@link #getFailingChanges()}
     * @return          whether there was such a change; false while it is being retried
     */
    @ManagedOperation(
            description = "Removes a failing change, by its id, from the pending ones, as if it had been delivered; returns false if there is none")
    public boolean skipChange(String changeId) {
        return poller != null && poller.feeds().skip(changeId);
    }

    /** Starts for a polling consumer, which would ignore a failure at its first look. */
    @Override
    public void onInit() throws Exception {
        super.onInit();
        ServiceHelper.startService(this);
        super.afterPoll();
    }

    /**
     * Looks at once for a polling consumer, on another thread because the caller waits no longer than its timeout; then at each delay.
     *
     * @return the timeout
     */
    @Override
    public long beforePoll(long timeout) throws Exception {
        super.beforePoll(timeout);
        endpoint.getCamelContext().getExecutorServiceManager().newThread("IntegratorioPoll", () -> run(timeout))
                .start();
        return timeout;
    }

    /** Polls, unless another poll is running, whatever the scheduler does. */
    @Override
    public void run() {
        run(0);
    }

    /** Polls, unless another poll is still running after this time. */
    private void run(long milliseconds) {
        Lock current = onePoll;
        try {
            if (current.tryLock(milliseconds, TimeUnit.MILLISECONDS)) {
                try {
                    super.run();
                } finally {
                    current.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected int poll() throws Exception {
        shutdownRunningTask = null;
        pendingExchanges = 0;
        return poller.poll(maxMessagesPerPoll > 0 ? maxMessagesPerPoll : Integer.MAX_VALUE, new FeedPoller.Delivery() {
            @Override
            public boolean isAllowed() {
                return isBatchAllowed();
            }

            @Override
            public void listWasRead() {
                forceConsumerAsReady();
            }

            @Override
            public int deliver(Queue<Object> batch) {
                return processBatch(batch);
            }
        });
    }

    /** Also ends a batch when a route policy suspends this consumer. */
    @Override
    public boolean isBatchAllowed() {
        return super.isBatchAllowed() && (shutdownRunningTask != null || !isSuspendingOrSuspended());
    }

    @Override
    public int processBatch(Queue<Object> batch) {
        FeedPoller current = poller;
        int size = batch.size();
        int index = 0;
        try {
            for (; index < size && isBatchAllowed() && current.isReady(); index++) {
                pendingExchanges = size - index - 1;
                current.route(batch.remove(), index, size);
            }
        } finally {
            pendingExchanges = 0;
            batch.forEach(current::release);
        }
        return index;
    }
}
