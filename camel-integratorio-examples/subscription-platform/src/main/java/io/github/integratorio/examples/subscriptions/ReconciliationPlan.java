package io.github.integratorio.examples.subscriptions;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * What differs between the subscriptions and the licenses.
 *
 * @param compared how many licenses integrator.io has
 * @param equal    how many are as they must be
 * @param waiting  how many are due to be written anyway
 * @param steps    everything else, in the order of the addresses
 */
record ReconciliationPlan(int compared, int equal, int waiting, List<Step> steps) {

    enum Kind {
        CREATE("create"), CHANGE("change"), END("end"),
        /** Only told: which of them is the right one, a person must say. */
        SEVERAL("several licenses"),
        /** Only told: nobody's subscription, perhaps given away by hand. */
        UNKNOWN("no subscription");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        boolean isChange() {
            return ordinal() <= END.ordinal();
        }
    }

    /** One difference: what the license is, and what it must be; null for what is not there. */
    record Step(Kind kind, String email, State is, State must) {

        @Override
        public String toString() {
            return "%-17s %-26s %s".formatted(kind.text, MaskedEmail.email(email), kind.isChange() ? change() : is.edition + " until " + is.until());
        }

        private String change() {
            if (is == null) {
                return must.edition + " until " + must.until();
            }
            String edition = kind == Kind.END || Objects.equals(is.edition, must.edition) ? "" : is.edition + " -> " + must.edition;
            String until = is.expires.equals(must.expires) ? "" : is.until() + " -> " + must.until();
            return edition + (edition.isEmpty() || until.isEmpty() ? "" : ", ") + until;
        }
    }

    /** A license, as far as it is compared. */
    record State(String edition, Instant expires) {

        String until() {
            return expires.truncatedTo(ChronoUnit.MINUTES).toString().replace(":00Z", "Z").replace('T', ' ');
        }
    }

    /** What would be written. */
    List<Step> changes() {
        return steps.stream().filter(step -> step.kind.isChange()).toList();
    }

    /** The plan as a person reads it. */
    String text() {
        StringBuilder text = new StringBuilder("%d licenses compared: %d as they must be, %d to change, %d to look at, %d waiting to be written%n"
                .formatted(compared, equal, changes().size(), steps.size() - changes().size(), waiting));
        steps.forEach(step -> text.append("  ").append(step).append(System.lineSeparator()));
        return text.toString();
    }
}
