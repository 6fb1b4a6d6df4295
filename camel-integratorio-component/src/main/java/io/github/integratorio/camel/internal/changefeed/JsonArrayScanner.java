package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a JSON array of objects, as it arrives, into the bytes of its elements. It finds where an element ends and nothing more:
 * whether an element is valid JSON is for those to check who have not seen the same bytes before.
 */
final class JsonArrayScanner {

    /** The longest row that is taken. */
    private static final int LONGEST = 1024 * 1024;

    private final InputStream in;
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private boolean first = true;

    JsonArrayScanner(InputStream in) {
        this.in = in;
    }

    /**
     * Goes to the next element.
     *
     * @return             false after the last one
     * @throws IOException when this is no array of objects, or more follows it
     */
    boolean next() throws IOException {
        if (first) {
            expect(skip(), '[');
        }
        int next = skip();
        if (next == ']') {
            start++;
            if (skip() != -1) {
                throw new IOException("the list goes on after its end");
            }
            return false;
        }
        if (!first) {
            expect(next, ',');
            next = skip();
        }
        first = false;
        if (next != '{') {
            throw new IOException(next == -1 ? "the list was cut" : "the list has an element that is not an object");
        }
        return true;
    }

    private void expect(int found, char wanted) throws IOException {
        if (found != wanted) {
            throw new IOException(found == -1 ? "the list was cut" : "the list is not a JSON array");
        }
        start++;
    }

    /** The first byte after white space, which is not taken; -1 at the end. */
    private int skip() throws IOException {
        while (has(1)) {
            byte one = buffer[start];
            if (one != ' ' && one != '\n' && one != '\r' && one != '\t') {
                return one & 0xff;
            }
            start++;
        }
        return -1;
    }

    /** The bytes that are at hand; those of the element begin at {@link #offset()}. */
    byte[] buffer() {
        return buffer;
    }

    /** Where the element begins. */
    int offset() {
        return start;
    }

    /** Whether so many bytes follow from where the element begins; afterwards they are at hand. */
    boolean has(int bytes) throws IOException {
        while (end - start < bytes) {
            if (bytes > buffer.length - start) {
                byte[] to = bytes > buffer.length ? new byte[Math.max(bytes, 2 * buffer.length)] : buffer;
                System.arraycopy(buffer, start, to, 0, end - start);
                buffer = to;
                end -= start;
                start = 0;
            }
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                return false;
            }
            end += read;
        }
        return true;
    }

    /**
     * Looks for the end of the element.
     *
     * @return             its length in bytes
     * @throws IOException when it has none, or is too long
     */
    int length() throws IOException {
        int depth = 0;
        boolean text = false;
        for (int length = 0; length < LONGEST; length++) {
            if (start + length >= end && !has(length + 1)) {
                throw new IOException("the list was cut");
            }
            byte one = buffer[start + length];
            if (text) {
                if (one == '\\') {
                    length++;
                } else if (one == '"') {
                    text = false;
                }
            } else if (one == '"') {
                text = true;
            } else if (one == '{' || one == '[') {
                depth++;
            } else if ((one == '}' || one == ']') && --depth == 0) {
                return length + 1;
            }
        }
        throw new IOException("the list has a row of more than " + LONGEST + " bytes");
    }

    /** Takes the element, which has this length. */
    void take(int length) {
        start += length;
    }

    /** A copy of the bytes of the element. */
    byte[] copy(int length) {
        return Arrays.copyOfRange(buffer, start, start + length);
    }
}
