package io.github.integratorio.camel;

import java.util.Comparator;
import java.util.Locale;

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

    /** The number of characters to insert, remove or replace, in any case. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
