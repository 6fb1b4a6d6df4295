package io.github.integratorio.examples.trial;

import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import io.github.integratorio.camel.internal.operation.EmailAddress;

/**
 * What was typed into the form, trimmed, and what is wrong with it.
 *
 * @param name    never null
 * @param email   never null
 * @param company never null
 * @param errors  a message for each field that is no good
 */
record SignUpForm(String name, String email, String company, Map<String, String> errors) {

    static final int LONGEST = 100;
    static final int LONGEST_EMAIL = 254;

    /** No markup, and nothing that is not seen: control and format characters, such as those that turn the direction of text. */
    private static final Pattern UNWANTED = Pattern.compile("[<>\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}]");

    /** One in which nothing was typed yet. */
    static SignUpForm empty() {
        return new SignUpForm("", "", "", Map.of());
    }

    /** Reads what was typed; null is as good as nothing. */
    static SignUpForm of(String name, String email, String company) {
        Map<String, String> errors = new LinkedHashMap<>();
        String cleanName = clean(name);
        String cleanEmail = clean(email);
        String cleanCompany = clean(company);
        check(errors, "name", cleanName, "Please tell us your name.");
        check(errors, "company", cleanCompany, "Please tell us where you work.");
        if (cleanEmail.isEmpty()) {
            errors.put("email", "Please tell us your e-mail address.");
        } else if (cleanEmail.length() > LONGEST_EMAIL) {
            errors.put("email", "This is too long for an e-mail address: " + LONGEST_EMAIL + " characters at most.");
        } else {
            try {
                Emails.require("email", cleanEmail);
            } catch (IllegalArgumentException e) {
                errors.put("email", "This does not look like an e-mail address. It should be like name@company.com.");
            }
        }
        return new SignUpForm(cleanName, cleanEmail, cleanCompany, Map.copyOf(errors));
    }

    private static void check(Map<String, String> errors, String field, String value, String whenMissing) {
        if (value.isEmpty()) {
            errors.put(field, whenMissing);
        } else if (value.length() > LONGEST) {
            errors.put(field, "This is too long for us: " + LONGEST + " characters at most, and these are " + value.length() + ".");
        } else if (UNWANTED.matcher(value).find()) {
            errors.put(field, "Please leave out the characters < and >, and any that cannot be seen.");
        }
    }

    private static String clean(String text) {
        return text == null ? "" : Normalizer.normalize(text, Normalizer.Form.NFC).strip();
    }

    /** Whether nothing is wrong. */
    boolean isValid() {
        return errors.isEmpty();
    }
}
