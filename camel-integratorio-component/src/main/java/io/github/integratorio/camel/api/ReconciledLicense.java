package io.github.integratorio.camel.api;

import java.io.Serializable;
import java.util.List;

import io.github.integratorio.camel.internal.text.Redaction;

/**
 * What a reconcile has done, or in a dry run would do, about one license.
 *
 * @param row         number of its row in the list, from 1; 0 for a license that is not in the list
 * @param outcome     the outcome; null if it failed
 * @param licenseId   id of the license; null if there is none
 * @param email       e-mail address of the user; null if only the id of the license is known
 * @param license     the license as it is afterwards, or would be; null if it was not read
 * @param differences the fields that changed or would change; empty if none did
 * @param error       why it failed, in one line; null if it did not
 */
public record ReconciledLicense(long row, WriteOutcome outcome, String licenseId, String email, License license,
        List<FieldDifference> differences, String error) implements Serializable {

    private static final int MAX_LENGTH = 500;

    /** One line, with e-mail addresses masked. */
    @Override
    public String toString() {
        return Redaction.line((row == 0 ? "not in the list: " : "row " + row + ": ")
                + (error == null ? outcome : "FAILED " + error) + ' ' + (licenseId == null ? "" : licenseId + ' ')
                + (email == null ? "" : email + ' ') + (differences.isEmpty() ? "" : differences), MAX_LENGTH);
    }
}
