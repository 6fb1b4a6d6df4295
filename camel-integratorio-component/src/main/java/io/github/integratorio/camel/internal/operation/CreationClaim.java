package io.github.integratorio.camel.internal.operation;

/**
 * The claim of one creation, so that one order makes one license. It is open from {@link #take} until {@link #complete} or
 * {@link #release}. The methods may block.
 */
interface CreationClaim {

    /** The key under which an operator finds this claim. */
    String key();

    /** Takes the claim; false if it has been taken before. */
    boolean take();

    /**
     * Takes the claim for the next license, if the last one was made and is gone.
     *
     * @return false if the last one may still be under way, or if another node was faster
     */
    boolean takeNext();

    /** The creation was carried out and made this license. */
    void complete(String licenseId);

    /** Completes the claim with a license that it seems to have made; false if another claim made it. */
    boolean completeIfFree(String licenseId);

    /** Nothing was created. */
    void release();

    /** Whether this claim made the license. */
    boolean made(String licenseId);

    /** Whether any claim made the license. */
    boolean isMade(String licenseId);

    /** A sentence that tells an operator what to do about a claim that is taken although no license was found. */
    String advice();
}
