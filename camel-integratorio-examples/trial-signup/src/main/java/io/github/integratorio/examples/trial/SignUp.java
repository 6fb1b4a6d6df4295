package io.github.integratorio.examples.trial;

import java.time.Instant;

/**
 * Somebody's sign-up, and what became of it.
 *
 * @param id             names it in links; nobody can guess it
 * @param email          as it was typed
 * @param name           as it was typed
 * @param company        as it was typed
 * @param signedUp       when
 * @param state          where it stands
 * @param attempts       how often provisioning it has failed
 * @param problem        why, the last time; null if it has not
 * @param licenseId      the license it came to, or null
 * @param licenseExpires when that ends, as it is now, or null
 * @param installed      whether that license is installed
 */
record SignUp(String id, String email, String name, String company, Instant signedUp, State state, int attempts, String problem,
              String licenseId, Instant licenseExpires, boolean installed) {

    /** Where a sign-up stands. */
    enum State {
        /** It is to be provisioned. */
        WAITING,
        /** There is a license for it. */
        LICENSED,
        /** The person has no account at integrator.io, and so can have no license. */
        UNKNOWN
    }
}
