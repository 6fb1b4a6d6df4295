package io.github.integratorio.examples.subscriptions;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.api.ReconciledLicense;

/**
 * The differences between the licenses at integrator.io and their target state.
 *
 * @param correct number of correct licenses
 * @param waiting number of licenses that are due to be written anyway
 * @param steps   the differences, ordered by address
 */
record ReconciliationPlan(int correct, int waiting, List<Step> steps) {

    /**
     * One difference.
     *
     * @param kind     what is to be done or reviewed
     * @param isChange whether the license is to be written; otherwise it is only reported
     * @param details  the fields that differ, or why a person must decide
     */
    record Step(String kind, boolean isChange, String email, String details) {

        /**
         * @param isFormer whether it is the license of a customer whose access has ended
         */
        static Step of(ReconciledLicense result, boolean isFormer) {
            String email = emailOf(result);
            if (result.error() != null) {
                return new Step("review", false, email, result.error());
            }
            return switch (result.outcome()) {
                case WOULD_CREATE ->
                    new Step("create", true, email, describe(result, one -> one.field() + ": " + one.newValue()));
                case WOULD_EXPIRE -> new Step(isFormer ? "expire" : "no subscription", isFormer, email,
                        describe(result, one -> one.field() + ": " + one.oldValue()));
                default -> new Step("update", true, email, describe(result, FieldDifference::toString));
            };
        }

        private static String describe(ReconciledLicense result, Function<FieldDifference, String> format) {
            return result.differences().stream().filter(one -> !one.field().equals("email")).map(format)
                    .collect(Collectors.joining(", "));
        }

        @Override
        public String toString() {
            return "%-17s %-26s %s".formatted(kind, MaskedEmail.of(email), details);
        }
    }

    /** Returns the address as the tables have it; empty if it is not known. */
    static String emailOf(ReconciledLicense result) {
        return result.email() == null ? "" : result.email().toLowerCase(Locale.ROOT);
    }

    /** Returns the steps that change a license. */
    List<Step> changes() {
        return steps.stream().filter(Step::isChange).toList();
    }

    /** Formats the plan. */
    String format() {
        StringBuilder text = new StringBuilder(
                "Licenses: %d correct, %d to change, %d to review, %d waiting to be written%n"
                        .formatted(correct, changes().size(), steps.size() - changes().size(), waiting));
        steps.forEach(step -> text.append("  ").append(step).append(System.lineSeparator()));
        return text.toString();
    }
}
