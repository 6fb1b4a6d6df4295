package io.github.integratorio.camel;

import java.util.Comparator;

import io.github.integratorio.camel.internal.json.SimilarNames;

/** The error of an option that does not exist: it names the one that was probably meant. */
final class UnknownOption {

    private UnknownOption() {
    }

    static String message(String name) {
        String nearest = new IntegratorioEndpointUriFactory().propertyNames().stream()
                .min(Comparator.comparingInt((String option) -> SimilarNames.distance(name, option))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
        boolean isSimilar = SimilarNames.distance(name, nearest) <= 1 + nearest.length() / 3;
        return name + ": there is no such option" + (isSimilar ? "; did you mean " + nearest + "?" : "");
    }
}
