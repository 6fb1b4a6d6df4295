package io.github.integratorio.examples.trial;

import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The sign-up form: the entered values, trimmed, and their validation errors.
 *
 * @param name    never null
 * @param email   never null
 * @param company never null
 * @param errors  a message for each invalid field
 */
record SignUpForm(String name, String email, String company, Map<String, String> errors) {

    static final int MAX_LENGTH = 100;
    static final int MAX_EMAIL_LENGTH = 254;

    /** Markup and invisible characters, such as those that change the direction of text. */
    private static final Pattern UNWANTED = Pattern.compile("[<>\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}]");
    private static final Pattern EMAIL =
            Pattern.compile("(?=[^@]{1,64}@)[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+(\\.[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+)*"
                    + "@[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?(\\.[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}-]*[\\p{L}\\p{M}\\p{N}])?)+");

    /** Returns an empty form. */
    static SignUpForm empty() {
        return new SignUpForm("", "", "", Map.of());
    }

    /** Validates the entered values; null counts as empty. */
    static SignUpForm of(String name, String email, String company) {
        Map<String, String> errors = new LinkedHashMap<>();
        String cleanName = clean(name);
        String cleanEmail = clean(email);
        String cleanCompany = clean(company);
        check(errors, "name", cleanName, "Please tell us your name.");
        check(errors, "company", cleanCompany, "Please tell us where you work.");
        if (cleanEmail.isEmpty()) {
            errors.put("email", "Please tell us your e-mail address.");
        } else if (cleanEmail.length() > MAX_EMAIL_LENGTH) {
            errors.put("email", "This is too long for an e-mail address: at most " + MAX_EMAIL_LENGTH + " characters.");
        } else if (!EMAIL.matcher(cleanEmail).matches()) {
            errors.put("email", "This does not look like an e-mail address. Please enter one like name@company.com.");
        }
        return new SignUpForm(cleanName, cleanEmail, cleanCompany, Map.copyOf(errors));
    }

    private static void check(Map<String, String> errors, String field, String value, String missingMessage) {
        if (value.isEmpty()) {
            errors.put(field, missingMessage);
        } else if (value.length() > MAX_LENGTH) {
            errors.put(field,
                    "This is too long: at most " + MAX_LENGTH + " characters, and there are " + value.length() + ".");
        } else if (UNWANTED.matcher(value).find()) {
            errors.put(field, "Please remove the characters < and > and any invisible characters.");
        }
    }

    private static String clean(String text) {
        return text == null ? "" : Normalizer.normalize(text, Normalizer.Form.NFC).strip();
    }

    /** Tests whether there are no errors. */
    boolean isValid() {
        return errors.isEmpty();
    }
}
