package io.github.integratorio.examples.trial;

import java.time.Instant;

/**
 * A sign-up and its state.
 *
 * @param id             the id in links, which cannot be guessed
 * @param email          as entered
 * @param name           as entered
 * @param company        as entered
 * @param signedUp       time of the sign-up
 * @param state          the state of provisioning
 * @param attempts       number of failed attempts
 * @param problem        the error of the last attempt, or null
 * @param licenseId      the license, or null
 * @param licenseExpires current expiry of the license, or null
 * @param installed      whether the license is installed
 */
record SignUp(String id, String email, String name, String company, Instant signedUp, State state, int attempts,
        String problem, String licenseId, Instant licenseExpires, boolean installed) {

    /** The state of provisioning. */
    enum State {
        /** Not yet provisioned. */
        WAITING,
        /** Has a license. */
        LICENSED,
        /** Cannot have a license, since the person has no account at integrator.io. */
        UNKNOWN
    }
}
