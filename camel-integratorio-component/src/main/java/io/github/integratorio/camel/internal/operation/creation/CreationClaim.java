package io.github.integratorio.camel.internal.operation.creation;

import java.time.Instant;

/**
 * The claim of one creation, so that one order makes one license. It is open from {@link #take} until {@link #complete} or
 * {@link #release}. The methods may block.
 */
interface CreationClaim {

    /** The key under which an operator finds this claim. */
    String key();

    /**
     * Takes the claim; false if it has been taken before.
     *
     * @param now the time: a license that is older is not the one of this claim
     */
    boolean take(Instant now);

    /**
     * Takes the claim for the next license, if the last one was made and is gone.
     *
     * @param  now the time
     * @return     false if the last one may still be under way, or if another node was faster
     */
    boolean takeNext(Instant now);

    /**
     * Whether the claim was taken for its user in this period, which may begin up to a minute earlier, and ends with the second of its end.
     */
    boolean wasTakenBetween(Instant from, Instant to);

    /** Why a license is taken for the one that this claim made. */
    enum Evidence {
        /** The claim is known to have made it. */
        CERTAIN,
        /** The API has returned it to a creation of the claim. */
        ANSWERED,
        /** It has the user, expiry and options that were asked for. */
        MATCHES
    }

    /**
     * Completes the claim with the license that it made.
     *
     * @return false if another claim has taken the license, or the same one is about to complete on another node; never if it is certain
     */
    boolean complete(String licenseId, Evidence evidence);

    /** Gives the claim back if this object has taken it, because nothing was created. */
    void release();

    /** What is known of this claim having made the license: that it is certain, or was returned to it; null if nothing is. */
    Evidence made(String licenseId);

    /** Whether the creation of this claim is known to have been carried out. */
    boolean isDone();

    /** Whether any claim made the license. */
    boolean isMade(String licenseId);

    /** A sentence that tells an operator what to do about a claim that is taken although no license was found. */
    String advice();
}
