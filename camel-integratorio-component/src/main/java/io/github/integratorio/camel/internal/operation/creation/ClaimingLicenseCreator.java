package io.github.integratorio.camel.internal.operation.creation;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.license.LicenseKind;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.lookup.KnownLicenses;
import io.github.integratorio.camel.internal.operation.lookup.LicenseFinder;
import io.github.integratorio.camel.internal.operation.request.ClaimOptions;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import org.apache.camel.spi.IdempotentRepository;

/** Creates licenses, under a {@link CreationClaim} if the request has an order, or a repository for the claims of users. */
public final class ClaimingLicenseCreator {

    private final LicenseCreator creator;
    private final LicenseFinder finder;
    private final Scheduler scheduler;
    private final Executor workers;
    private final KnownLicenses known;
    private final InMemoryClaims orders;

    /**
     * @param creator creates a license, claimed or not
     * @param workers run what blocks
     * @param orders  keeps the claims of orders without a repository
     */
    public ClaimingLicenseCreator(LicenseCreator creator, LicenseFinder finder, Scheduler scheduler, Executor workers,
            KnownLicenses known, InMemoryClaims orders) {
        this.creator = creator;
        this.finder = finder;
        this.scheduler = scheduler;
        this.workers = workers;
        this.known = known;
        this.orders = orders;
    }

    /**
     * Creates a license.
     *
     * @param license    the validated document
     * @param onePerUser whether the user gets one license however often this runs; such a creation needs no order to be claimed
     */
    public CompletableFuture<OperationResult> run(OperationRequest request, Map<String, Object> license,
            boolean onePerUser,
            CallContext context) {
        String connectorId = request.connectorId();
        LicenseUser user = LicenseUser.of((String) license.get("email"), license.get("sandbox"));
        boolean isChild = LicenseUser.isChild(license);
        CreationClaim claim = claim(request, user, isChild ? " child of " + license.get("_parentId") : "", onePerUser);
        if (claim == null) {
            return creator.run(connectorId, license, LicenseCreator.CLOCK_TOLERANCE, context);
        }
        return new ClaimedCreation(claim, new ClaimedCreation.Steps(
                licenses -> licenses.all(user, isChild),
                row -> LicenseKind.isSame(row, license),
                () -> creator.run(connectorId, license, onePerUser ? LicenseCreator.CLOCK_TOLERANCE
                        : LicenseCreator.ORDER_TOLERANCE, context).thenApply(result -> {
                            known.recordClaim(id(result.value()), claim.key());
                            return result;
                        }),
                isFirst -> finder.look(connectorId, user, isFirst, context),
                onePerUser ? null
                        : row -> LicenseCreator.matches(row, license)
                                && !known.wasCreatedForOther(id(row), claim.key()),
                found -> {
                    known.recordCreated(connectorId, user, found, scheduler.nanoTime());
                    known.recordClaim(found, claim.key());
                }), context, scheduler, workers).run();
    }

    /** @param child tells a child license, which is another purchase than that of its parent; empty for other licenses */
    private CreationClaim claim(OperationRequest request, LicenseUser user, String child, boolean onePerUser) {
        ClaimOptions options = request.claims();
        // The licenses of a List share its order, which therefore tells none of them from the others.
        String order = request.isList() ? null : options.order();
        IdempotentRepository repository = options.repository();
        if (order == null && (repository == null || !onePerUser)) {
            return null;
        }
        String connectorId = request.connectorId();
        String userKey = user.key(connectorId) + child;
        if (order == null) {
            return RepositoryClaim.ofUser(repository, connectorId, userKey);
        }
        return repository == null ? orders.claim(connectorId, order, userKey)
                : RepositoryClaim.ofOrder(repository, connectorId, order, userKey);
    }

    private static String id(Object license) {
        return (String) ((Map<?, ?>) license).get("_id");
    }
}
