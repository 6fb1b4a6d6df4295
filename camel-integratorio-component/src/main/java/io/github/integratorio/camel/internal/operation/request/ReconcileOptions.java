package io.github.integratorio.camel.internal.operation.request;

import java.util.function.BooleanSupplier;

import io.github.integratorio.camel.api.UnknownLicenses;

/**
 * What a reconcile is asked for.
 *
 * @param desired         the licenses as they should be
 * @param unknown         what happens to licenses whose user is not in the list
 * @param massExpiryLimit percentage of the valid licenses that may end
 * @param isStopping      whether the application is stopping, so that nothing more may be started
 */
public record ReconcileOptions(DesiredLicenses desired, UnknownLicenses unknown, int massExpiryLimit,
        BooleanSupplier isStopping) {
}
