package io.github.integratorio.camel;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.LicenseKind;
import io.github.integratorio.camel.internal.text.SimilarNames;

/** The error of an option that does not exist: it names those that were probably meant. */
final class UnknownOption {

    private static final int MAX_NAMED = 2;
    /** So many letters make two names alike, such as {@code expiration} and {@code expires}, or {@code timeout}. */
    private static final int SAME_PART = 4;

    private UnknownOption() {
    }

    static String message(String name) {
        if (DocumentValidator.DATES.contains(name) || LicenseKind.FIELDS.contains(name) || name.equals("opts")) {
            return name + ": there is no such option; it is a field of the license in the body";
        }
        String written = name.toLowerCase(Locale.ROOT);
        String similar = new IntegratorioEndpointUriFactory().propertyNames().stream()
                .filter(option -> isSimilar(written, option.toLowerCase(Locale.ROOT)))
                .sorted(Comparator.comparingInt((String option) -> difference(written, option.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MAX_NAMED).collect(Collectors.joining(" or "));
        return name + ": there is no such option" + (similar.isEmpty() ? "" : "; did you mean " + similar + "?");
    }

    /** Whether a name is another form of an option, or a part of its name. */
    private static boolean isSimilar(String name, String option) {
        return difference(name, option) <= 1 + option.length() / 4;
    }

    private static int difference(String name, String option) {
        if (name.length() < SAME_PART) {
            return SimilarNames.distance(name, option);
        }
        return option.endsWith(name) ? -SAME_PART
                : SimilarNames.distance(name, option)
                        - (option.startsWith(name.substring(0, SAME_PART)) ? SAME_PART : 0);
    }
}
