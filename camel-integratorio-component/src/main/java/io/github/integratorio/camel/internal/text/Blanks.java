package io.github.integratorio.camel.internal.text;

/** Blanks as a reader sees them: also those that {@link String#strip} leaves, such as a no-break space copied from a page. */
public final class Blanks {

    private Blanks() {
    }

    /** Returns a text without the blanks at its edges. */
    public static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char one) {
        return Character.isWhitespace(one) || Character.isSpaceChar(one);
    }
}
