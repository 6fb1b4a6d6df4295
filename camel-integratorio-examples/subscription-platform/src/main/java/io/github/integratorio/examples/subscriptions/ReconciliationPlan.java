package io.github.integratorio.examples.subscriptions;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * The differences between the licenses at integrator.io and their target state.
 *
 * @param compared number of licenses at integrator.io
 * @param equal    number of correct licenses
 * @param waiting  number of licenses that are due to be written anyway
 * @param steps    the differences, ordered by address
 */
record ReconciliationPlan(int compared, int equal, int waiting, List<Step> steps) {

    enum Kind {
        CREATE("create"), UPDATE("update"), EXPIRE("expire"),
        /** Reported only: a person must decide which license is the correct one. */
        DUPLICATE("several licenses"),
        /** Reported only: the license may have been granted manually. */
        UNKNOWN("no subscription");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        boolean isChange() {
            return ordinal() <= EXPIRE.ordinal();
        }
    }

    /** One difference between the actual and the target state; null means that there is no license. */
    record Step(Kind kind, String email, State actual, State target) {

        @Override
        public String toString() {
            return "%-17s %-26s %s".formatted(kind.text, MaskedEmail.of(email),
                    kind.isChange() ? formatChange() : actual.edition + " until " + actual.formatExpiry());
        }

        private String formatChange() {
            if (actual == null) {
                return target.edition + " until " + target.formatExpiry();
            }
            String edition = kind == Kind.EXPIRE || Objects.equals(actual.edition, target.edition) ? ""
                    : actual.edition + " -> " + target.edition;
            String until =
                    actual.expires.equals(target.expires) ? "" : actual.formatExpiry() + " -> " + target.formatExpiry();
            return edition + (edition.isEmpty() || until.isEmpty() ? "" : ", ") + until;
        }
    }

    /** The compared fields of a license. */
    record State(String edition, Instant expires) {

        String formatExpiry() {
            return expires.truncatedTo(ChronoUnit.MINUTES).toString().replace(":00Z", "Z").replace('T', ' ');
        }
    }

    /** Returns the steps that change a license. */
    List<Step> changes() {
        return steps.stream().filter(step -> step.kind.isChange()).toList();
    }

    /** Formats the plan. */
    String format() {
        StringBuilder text = new StringBuilder(
                "%d licenses compared: %d correct, %d to change, %d to review, %d waiting to be written%n"
                        .formatted(compared, equal, changes().size(), steps.size() - changes().size(), waiting));
        steps.forEach(step -> text.append("  ").append(step).append(System.lineSeparator()));
        return text.toString();
    }
}
