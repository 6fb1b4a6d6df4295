package io.github.integratorio.camel.internal.operation.lookup;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.lookup.LicenseListReader.LicenseList;
import org.apache.camel.RuntimeCamelException;

/**
 * Finds the licenses of users, and makes sure when a user seems to have none: a creation, or the answer that there is nothing to expire,
 * never rests on one unconfirmed read. Rows move between pages while licenses are created or deleted, a list may be empty by mistake, and
 * it may lag behind writes.
 */
public final class LicenseFinder {

    private static final Duration FIRST_DELAY = Duration.ofMillis(500);

    private final IntegratorioClient client;
    private final Scheduler scheduler;
    private final KnownLicenses known;
    private final LicenseListReader lists;
    private final Duration maxAge;

    /** @param maxAge how long an earlier read of a list counts as a first look */
    public LicenseFinder(IntegratorioClient client, Scheduler scheduler, KnownLicenses known, LicenseListReader lists,
            Duration maxAge) {
        this.client = client;
        this.scheduler = scheduler;
        this.known = known;
        this.lists = lists;
        this.maxAge = maxAge;
    }

    /**
     * Uses the license that a user is known to have, without reading the list.
     *
     * @param useKnown  receives the id of the license; it reads the license and calls {@link #requireUser}
     * @param otherwise runs if no license is known, or the known one is gone or belongs to somebody else
     */
    public <T> CompletableFuture<T> useKnown(String connectorId, LicenseUser user,
            Function<String, CompletableFuture<T>> useKnown, Supplier<CompletableFuture<T>> otherwise) {
        String licenseId = known.find(connectorId, user, maxAge, scheduler.nanoTime());
        if (licenseId == null) {
            return otherwise.get();
        }
        return useKnown.apply(licenseId).handle((value, error) -> {
            if (error == null) {
                return CompletableFuture.completedFuture(value);
            }
            return isMissing(error) || Futures.unwrap(error) instanceof OtherUserException ? otherwise.get()
                    : CompletableFuture.<T>failedFuture(Futures.unwrap(error));
        }).thenCompose(Function.identity());
    }

    /** A known license belongs to another user now. */
    private static final class OtherUserException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OtherUserException() {
            super("the license belongs to another user", null, false, false);
        }
    }

    /**
     * Checks that a license that a list has shown for a user still is that user's.
     *
     * @throws RuntimeCamelException if not, with the reason as its cause; a repetition reads the list again
     */
    public static void requireListedUser(Map<String, Object> license, LicenseUser user) {
        if (!user.equals(LicenseUser.of(license))) {
            throw new RuntimeCamelException(new IntegratorioTransportException(ApiMethod.GET_LICENSE.label(),
                    new IOException("the list showed a license for the user that belongs to another one now;"
                            + " nothing was changed"),
                    false, false));
        }
    }

    /** Whether a list may show this license as it was before it was changed here. */
    public boolean mayBeListedLate(String licenseId) {
        return known.mayBeListedLate(licenseId, scheduler.nanoTime());
    }

    /** Checks that a known license, as the API returned it, is this user's. */
    public void requireUser(Map<String, Object> license, LicenseUser user) {
        if (!user.equals(LicenseUser.of(license))) {
            throw new OtherUserException();
        }
    }

    /**
     * Reads the licenses of a connector until it is certain for each user whether there is one.
     *
     * @return the licenses; a user without one in them certainly had none when the search began
     */
    public CompletableFuture<LicenseIndex> find(String connectorId, Collection<LicenseUser> users,
            CallContext context) {
        return find(connectorId, users, context, FIRST_DELAY);
    }

    /**
     * Makes sure that a user has no license, after a convincing list has shown none.
     *
     * @param  readAt before the list was read
     * @return        empty, or the license that is known here
     */
    public CompletableFuture<LicenseIndex> confirmMissing(String connectorId, LicenseUser user, long readAt,
            CallContext context) {
        return confirm(connectorId, new LicenseIndex(List.of(), known::wasDeletedHere), readAt, List.of(user), context,
                FIRST_DELAY);
    }

    private CompletableFuture<LicenseIndex> find(String connectorId, Collection<LicenseUser> users, CallContext context,
            Duration delay) {
        long askedAt = scheduler.nanoTime();
        boolean hasEarlierRead = known.wasRead(connectorId, maxAge, askedAt);
        return lists.read(connectorId, context).thenCompose(first -> {
            if (missing(first.licenses(), users).isEmpty() || isConvincing(first, hasEarlierRead)) {
                return confirm(connectorId, first.licenses(), askedAt, users, context, delay);
            }
            return lists.read(connectorId, context).thenCompose(second -> confirm(connectorId,
                    first.licenses().with(second.licenses().rows()), askedAt, users, context, delay));
        });
    }

    /**
     * Reads the licenses of a connector once, and asks for the user's license by its id if it is known here but not in the list.
     *
     * @param isFirst whether it is the operation's first look
     */
    public CompletableFuture<LicenseIndex> look(String connectorId, LicenseUser user, boolean isFirst,
            CallContext context) {
        long askedAt = scheduler.nanoTime();
        return (isFirst ? lists.read(connectorId, context) : lists.readAgain(connectorId, context))
                .thenCompose(list -> {
                    if (!list.licenses().all(user).isEmpty()) {
                        return CompletableFuture.completedFuture(list.licenses());
                    }
                    return readUnlisted(connectorId, list.licenses(), List.of(user), askedAt, context);
                });
    }

    /** Whether a second read would tell no more about the users that a list lacks. */
    private static boolean isConvincing(LicenseList list, boolean hasEarlierRead) {
        return !list.licenses().isEmpty() && list.isComplete() && (list.pages() == 1 || hasEarlierRead);
    }

    private static List<LicenseUser> missing(LicenseIndex licenses, Collection<LicenseUser> users) {
        return users.stream().filter(user -> licenses.all(user).isEmpty()).toList();
    }

    /**
     * Asks by id for each license that is known here although the lists lack it, and waits for creations that may not be visible yet.
     *
     * @param askedAt before the first read
     */
    private CompletableFuture<LicenseIndex> confirm(String connectorId, LicenseIndex licenses, long askedAt,
            Collection<LicenseUser> users, CallContext context, Duration delay) {
        List<LicenseUser> open = users.stream().filter(user -> isOpen(connectorId, licenses, user)).toList();
        if (open.isEmpty()) {
            return CompletableFuture.completedFuture(licenses);
        }
        return readUnlisted(connectorId, licenses, open, askedAt, context).thenCompose(all -> {
            Duration unsettledFor = open.stream().filter(user -> isOpen(connectorId, all, user))
                    .map(user -> known.unsettledFor(connectorId, user, askedAt)).max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
            if (!unsettledFor.isZero()) {
                return lookAgain(connectorId, users, context, delay, unsettledFor);
            }
            List<String> unreadable = missing(all, open).isEmpty() ? List.of() : all.unreadable();
            return unreadable.isEmpty() ? CompletableFuture.completedFuture(all)
                    : CompletableFuture.failedFuture(new IntegratorioTransportException(
                            ApiMethod.LIST_LICENSES.label(),
                            new IOException("the user seems to have no license, but the"
                                    + " list has licenses whose user cannot be read; nothing was written: "
                                    + String.join(", ", unreadable.subList(0, Math.min(10, unreadable.size())))),
                            false, false));
        });
    }

    /** Adds the licenses with these ids that a list lacks; fails with the API's 404 if there is none with one of them. */
    public CompletableFuture<LicenseIndex> withIds(String connectorId, LicenseIndex licenses, Collection<String> ids,
            CallContext context) {
        List<Map<String, Object>> found = new ArrayList<>();
        CompletableFuture<Void> reads = CompletableFuture.completedFuture(null);
        for (String licenseId : ids) {
            if (!licenses.contains(licenseId)) {
                reads = reads.thenCompose(ignored -> client
                        .call(ApiRequest.of(ApiMethod.GET_LICENSE, connectorId, licenseId), context.withFreshDeadline())
                        .thenAccept(response -> found.add(response.document())));
            }
        }
        return reads.thenApply(ignored -> found.isEmpty() ? licenses : licenses.with(found));
    }

    /** Whether a list lacks a license that the user may have. */
    private boolean isOpen(String connectorId, LicenseIndex licenses, LicenseUser user) {
        return licenses.all(user).isEmpty() || !unlisted(connectorId, licenses, user).isEmpty();
    }

    /** The known licenses of a user that a list lacks. */
    private List<String> unlisted(String connectorId, LicenseIndex licenses, LicenseUser user) {
        List<String> unlisted = new ArrayList<>(known.findAll(connectorId, user));
        unlisted.removeIf(licenses::contains);
        return unlisted;
    }

    /** Adds the licenses of the users that are known here although the lists lack them: a user may have them besides those listed. */
    private CompletableFuture<LicenseIndex> readUnlisted(String connectorId, LicenseIndex licenses,
            Collection<LicenseUser> users, long askedAt, CallContext context) {
        List<Map<String, Object>> found = new ArrayList<>();
        CompletableFuture<Void> reads = CompletableFuture.completedFuture(null);
        for (LicenseUser user : users) {
            for (String licenseId : unlisted(connectorId, licenses, user)) {
                reads = reads.thenCompose(ignored -> readKnown(connectorId, user, licenseId, askedAt, found, context));
            }
        }
        return reads.thenApply(ignored -> found.isEmpty() ? licenses : licenses.with(found));
    }

    private CompletableFuture<Void> readKnown(String connectorId, LicenseUser user, String licenseId, long askedAt,
            List<Map<String, Object>> found, CallContext context) {
        return client.call(ApiRequest.of(ApiMethod.GET_LICENSE, connectorId, licenseId), context)
                .<Void>handle((response, error) -> {
                    if (error == null && user.equals(LicenseUser.of(response.document()))) {
                        found.add(response.document());
                    } else if (error != null && !isMissing(error)) {
                        throw new CompletionException(Futures.unwrap(error));
                    } else if (error == null || known.unsettledFor(connectorId, user, askedAt).isZero()) {
                        known.forget(connectorId, user, licenseId);
                    }
                    return null;
                });
    }

    private static boolean isMissing(Throwable error) {
        return Futures.unwrap(error) instanceof IntegratorioApiException rejected && rejected.getStatusCode() == 404;
    }

    /** Looks again after a delay, but not later than is needed. */
    private CompletableFuture<LicenseIndex> lookAgain(String connectorId, Collection<LicenseUser> users,
            CallContext context, Duration delay, Duration unsettledFor) {
        Duration wait = delay.compareTo(unsettledFor) < 0 ? delay : unsettledFor;
        if (context.remaining().compareTo(wait) <= 0) {
            return CompletableFuture.failedFuture(new IntegratorioTransportException(ApiMethod.LIST_LICENSES.label(),
                    new TimeoutException("an earlier creation for the user has no known outcome, and operationTimeout"
                            + " expired before " + KnownLicenses.SETTLE_TIME.toSeconds()
                            + " seconds had passed since it ended; nothing was sent now, repeat it later"),
                    true, false));
        }
        CompletableFuture<Void> pause = new CompletableFuture<>();
        scheduler.schedule(wait, () -> pause.complete(null));
        return pause.thenCompose(ignored -> find(connectorId, users, context, delay.multipliedBy(2)));
    }
}
