package io.github.integratorio.camel.internal.license;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.integratorio.camel.internal.text.Redaction;
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
    private static final List<String> OF_REFERENCE = List.of("sandbox", "_parentId");
    /** Fields that name a license or its user. */
    private static final List<String> NAMES = List.of("_id", "email", "user");
    /** What stands around addresses in text, such as those of a display name or of a record. */
    private static final Pattern BETWEEN_ADDRESSES = Pattern.compile("[\\s<>()\\[\\]{}\",;:=]+");
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
                throw new IllegalArgumentException("body: unknown field '" + Redaction.line(name, 60)
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
        return OF_REFERENCE.stream().anyMatch(known -> isMisspelling(name.strip(), known, Map.of()));
    }

    private static boolean isAlmostEmail(String name) {
        return !name.equals("email") && ADDRESSES.contains(letters(name));
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
        if (isNameless(document)) {
            document.keySet().stream().filter(LicenseFieldNames::isAlmostEmail).findFirst().ifPresent(name -> {
                throw unknown("email" + EmailAddress.MISSING + "; ", name, "email");
            });
        }
    }

    /**
     * As {@link #requireEmailSpelling}, if only the result of an earlier operation would name the license: then a name without a value, and
     * an address in any field but {@code opts}, such as {@code customer.email}, may be meant as well.
     *
     * @param user the user of that result, whose address may be anywhere; null if it is not known
     */
    public static void requireNoOtherName(Map<String, Object> document, String user) {
        requireEmailSpelling(document);
        if (isNameless(document)) {
            document.forEach((name, value) -> {
                if (NAMES.contains(name)) {
                    throw nameless(name + ": names nobody");
                }
                if (!name.equals("opts") && hasOtherAddress(value, user)) {
                    throw nameless(name + ": has an e-mail address");
                }
            });
        }
    }

    private static boolean isNameless(Map<String, Object> document) {
        return document.get("_id") == null && LicenseReference.email(document) == null;
    }

    private static IllegalArgumentException nameless(String problem) {
        return new IllegalArgumentException("body: " + problem + ", and only an earlier result names a license; name it"
                + " by an option or header, or in the body by _id or email, or remove the body");
    }

    private static boolean hasOtherAddress(Object value, String user) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().anyMatch(item -> hasOtherAddress(item, user));
        }
        if (value instanceof Collection<?> items) {
            return items.stream().anyMatch(item -> hasOtherAddress(item, user));
        }
        return value instanceof String text && text.indexOf('@') >= 0 && BETWEEN_ADDRESSES.splitAsStream(text)
                .anyMatch(
                        word -> EmailAddress.isAddress(word) && (user == null || !EmailAddress.isSameUser(word, user)));
    }

    private static IllegalArgumentException unknown(String missing, String name, String known) {
        return new IllegalArgumentException(
                "body: " + missing + "unknown field '" + Redaction.line(name, 60) + "': did you mean " + known + "?");
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
