package io.github.integratorio.cli;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.CamelException;
import org.apache.camel.RuntimeCamelException;

/** Says what the component says in the words of the command line. */
final class Messages {

    private static final Map<String, String> WORDS = new LinkedHashMap<>();
    static {
        WORDS.put(" \\(/connectors[^)]*\\)", "");
        WORDS.put(", or set allowInsecureHttp=true", "");
        // The license of an extend is looked for in the same way.
        WORDS.put("licenses expire failed with status 404: not_found: (?=the user has no license)", "");
        WORDS.put("body: email\\b", "EMAIL");
        WORDS.put("body: _?integrationIds\\b", "the ids of installs");
        WORDS.put("body: expires\\b", "--expires");
        WORDS.put("body: ", "");
        WORDS.put("\\bbaseUrl or region\\b|\\bregion or baseUrl\\b", "--url or --region");
        WORDS.put("\\bbaseUrl\\b", "--url");
        WORDS.put("\\baccessToken\\b", "token");
        WORDS.put("\\bconnectorId\\b", "--connector");
        WORDS.put("\\blicenseId or _id\\b|\\blicenseId\\b", "--license-id");
        WORDS.put("\\bmassExpiryLimit\\b", "--mass-expiry-limit");
        WORDS.put("\\bunknownLicenses=fail\\b", "--unknown fail");
        WORDS.put("remove the key from the idempotentRepository and repeat it",
                "delete the line with the key from the file of claims (--claims) and repeat it");
        WORDS.put("\\bidempotentRepository\\b", "file of claims");
    }

    private Messages() {
    }

    /** One line that says what is wrong. */
    static String of(Throwable exception) {
        Throwable cause = exception;
        while ((cause instanceof CamelException || cause instanceof RuntimeCamelException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return of(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    /** The component's message about a row of a file, which has no options and no durations; null for null. */
    static String ofRow(String text) {
        return text == null ? null
                : of(text.replace("body: ", "").replace(", or an ISO-8601 duration from now, such as P30D", ""));
    }

    /** The component's message in the words of the command line; null for null. */
    static String of(String text) {
        if (text == null) {
            return null;
        }
        String message = text;
        for (Map.Entry<String, String> word : WORDS.entrySet()) {
            message = message.replaceAll(word.getKey(), word.getValue());
        }
        return Printer.visible(message);
    }
}
