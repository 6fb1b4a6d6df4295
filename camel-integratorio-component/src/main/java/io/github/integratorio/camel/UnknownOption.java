package io.github.integratorio.camel;

import java.util.Comparator;

import io.github.integratorio.camel.internal.text.SimilarNames;

/** The error of an option that does not exist: it names the one that was probably meant. */
final class UnknownOption {

    private UnknownOption() {
    }

    static String message(String name) {
        String nearest = new IntegratorioEndpointUriFactory().propertyNames().stream()
                .min(Comparator.comparingInt((String option) -> distance(name, option))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
        boolean isSimilar = distance(name, nearest) <= 1 + nearest.length() / 3;
        return name + ": there is no such option" + (isSimilar ? "; did you mean " + nearest + "?" : "");
    }

    /** An abbreviation, such as {@code stateDir}, is near. */
    private static int distance(String name, String option) {
        return name.length() >= 4 && option.startsWith(name) ? 1 : SimilarNames.distance(name, option);
    }
}
