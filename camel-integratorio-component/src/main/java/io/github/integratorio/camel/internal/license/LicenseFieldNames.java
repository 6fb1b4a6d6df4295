package io.github.integratorio.camel.internal.license;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.text.SimilarNames;

/**
 * Recognizes a misspelled field of a license. The API would keep it beside the known fields, so that the write succeeds and sets nothing.
 */
public final class LicenseFieldNames {

    /** Fields of a license to write, and the letters of other names of the same field, such as that of a database column. */
    private static final Map<String, Pattern> KNOWN = Map.of("email", Pattern.compile("email"),
            "expires", Pattern.compile("(is|licen[cs]e)?expir.*"), "trialEndDate", Pattern.compile(".*trialend.*"),
            "opts", Pattern.compile("(licen[cs]e)?option.*"), "sandbox", Pattern.compile(".*sandbox.*"),
            "_parentId", Pattern.compile("(licen[cs]e)?parent(licen[cs]e)?id.*"));
    /** The letters of names for the user's address that are none of the API's. */
    private static final Set<String> ADDRESSES =
            Set.of("email", "emailaddress", "mail", "mailaddress", "useremail", "usermail", "licenseemail");
    /** Also in another order, as in {@code emial}. */
    private static final List<Integer> EMAIL_LETTERS = "email".chars().sorted().boxed().toList();
    private static final List<String> OF_REFERENCE = List.of("sandbox", "_parentId");
    private static final Pattern NO_LETTERS = Pattern.compile("[^A-Za-z]");

    private LicenseFieldNames() {
    }

    /**
     * Refuses a name that looks like that of a known field. A document that has the known field, too, such as one that the API returned,
     * may have any names but the same one in another case.
     */
    static void requireKnownSpelling(Map<String, Object> license) {
        for (String name : license.keySet()) {
            if (name.startsWith("opts.")) {
                throw new IllegalArgumentException("body: unknown field '" + name
                        + "': expected an object opts; names with dots are valid in the rows of a reconcile only");
            }
            if (!KNOWN.containsKey(name)) {
                KNOWN.keySet().stream().filter(known -> isMisspelling(name.strip(), known, license)).findFirst()
                        .ifPresent(known -> {
                            throw unknown("", name, known);
                        });
            }
        }
    }

    /**
     * Whether a field seems to say which license is meant, by a name that is none of the API's.
     *
     * @param name name of a field
     */
    public static boolean isAlmostReference(String name) {
        return isLikeEmail(name)
                || OF_REFERENCE.stream().anyMatch(known -> isMisspelling(name.strip(), known, Map.of()));
    }

    private static boolean isAlmostEmail(String name) {
        return !name.equals("email") && ADDRESSES.contains(letters(name));
    }

    private static boolean isLikeEmail(String name) {
        String letters = letters(name);
        return !name.equals("email") && (letters.contains("mail") || SimilarNames.distance(letters, "email") <= 1
                || letters.chars().sorted().boxed().toList().equals(EMAIL_LETTERS));
    }

    /** Refuses a misspelled field that would tell the sandbox license or a child license from the production license of the user. */
    public static void requireReferenceSpelling(Map<String, Object> document) {
        for (String name : document.keySet()) {
            OF_REFERENCE.stream()
                    .filter(known -> !KNOWN.containsKey(name) && isMisspelling(name.strip(), known, document))
                    .findFirst().ifPresent(known -> {
                        throw unknown("", name, known);
                    });
        }
    }

    /** Refuses a document that names no license and no user, but has a field that seems to. */
    public static void requireEmailSpelling(Map<String, Object> document) {
        refuse(document, field -> isAlmostEmail(field.getKey()));
    }

    /**
     * As {@link #requireEmailSpelling}, if only an earlier result would name the license: then an address in a field such as
     * {@code customerEmail} or {@code emial} may be meant as well.
     */
    public static void requireNoOtherAddress(Map<String, Object> document) {
        refuse(document, field -> isAlmostEmail(field.getKey()) || isLikeEmail(field.getKey())
                && field.getValue() instanceof String text && EmailAddress.isAddress(text.strip()));
        if (document.get("_id") == null && LicenseReference.email(document) == null
                && !JsonMerge.isEmpty(document.get("user"))) {
            throw new IllegalArgumentException("body: user: expected an object with the field email");
        }
    }

    private static void refuse(Map<String, Object> document, Predicate<Map.Entry<String, Object>> isAddress) {
        if (document.get("_id") == null && LicenseReference.email(document) == null) {
            document.entrySet().stream().filter(isAddress).findFirst().ifPresent(field -> {
                throw unknown("email" + EmailAddress.MISSING + "; ", field.getKey(), "email");
            });
        }
    }

    private static IllegalArgumentException unknown(String missing, String name, String known) {
        return new IllegalArgumentException(
                "body: " + missing + "unknown field '" + name + "': did you mean " + known + "?");
    }

    private static String letters(String name) {
        return NO_LETTERS.matcher(name).replaceAll("").toLowerCase(Locale.ROOT);
    }

    private static boolean isMisspelling(String name, String known, Map<String, Object> license) {
        // Without an address, the license is refused anyway; beside one, another field may well be called mail.
        if (license.containsKey(known) || known.equals("email")) {
            return name.equalsIgnoreCase(known);
        }
        return KNOWN.get(known).matcher(letters(name)).matches()
                || Math.abs(name.length() - known.length()) <= 2
                        && SimilarNames.distance(name, known) <= (known.length() < 7 ? 1 : 2);
    }
}
