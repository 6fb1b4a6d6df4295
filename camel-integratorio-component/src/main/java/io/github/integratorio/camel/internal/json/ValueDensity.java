package io.github.integratorio.camel.internal.json;

/** Refuses large responses whose many tiny values would take far more memory than their bytes. */
final class ValueDensity {

    /** Up to this size, a response takes little memory whatever its values are. */
    private static final int LARGE = 1 << 20;
    /** A value takes about 80 bytes of memory, and ten times its bytes are allowed for. A field of a license has about 30 bytes of text. */
    private static final int LEAST_BYTES_OF_VALUE = 8;

    private ValueDensity() {
    }

    /** Counts the values by the characters between them, before any of them is read. */
    static void check(byte[] text, int length) throws Json.LimitException {
        if (length <= LARGE) {
            return;
        }
        int values = 0;
        for (int i = 0; i < length; i++) {
            if (text[i] == ',' || text[i] == '{' || text[i] == '[') {
                values++;
            }
        }
        if (values > length / LEAST_BYTES_OF_VALUE) {
            throw new Json.LimitException(
                    "exceeds a limit: more than one value for each " + LEAST_BYTES_OF_VALUE + " bytes");
        }
    }
}
