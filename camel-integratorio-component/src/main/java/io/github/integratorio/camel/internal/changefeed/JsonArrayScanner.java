package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits a JSON array of objects, as it arrives, into the bytes of its elements. It finds the end of each element, but does not
 * validate it: the caller parses those elements whose bytes it does not know.
 */
final class JsonArrayScanner {

    // Performance: an unchanged poll of 100,000 rows (20 MB) takes 10 ms of CPU with it; Jackson's tokenizer alone takes 17 ms.

    private final InputStream in;
    private final int maxLength;
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private boolean isFirst = true;
    /** Beginning of the element if it is too long; otherwise null. */
    private byte[] tooLong;

    /** Reads an array; of elements longer than the maximum, in bytes, it keeps the beginning only. */
    JsonArrayScanner(InputStream in, int maxLength) {
        this.in = in;
        this.maxLength = maxLength;
    }

    /**
     * Moves to the next element.
     *
     * @return             false after the last element
     * @throws IOException if the input is not an array of objects, or continues after the array
     */
    boolean next() throws IOException {
        if (isFirst) {
            expect(peek(), '[');
        }
        int next = peek();
        if (next == ']') {
            start++;
            if (peek() != -1) {
                throw new IOException("the list is followed by other content");
            }
            return false;
        }
        if (!isFirst) {
            expect(next, ',');
            next = peek();
        }
        isFirst = false;
        if (next != '{') {
            throw new IOException(
                    next == -1 ? "the list is incomplete" : "the list has an element that is not an object");
        }
        return true;
    }

    private void expect(int found, char expected) throws IOException {
        if (found != expected) {
            throw new IOException(found == -1 ? "the list is incomplete" : "the list is not a JSON array");
        }
        start++;
    }

    /** Skips white space and returns the byte after it without consuming it; -1 at the end of the input. */
    private int peek() throws IOException {
        while (require(1)) {
            byte next = buffer[start];
            if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
                return next & 0xff;
            }
            start++;
        }
        return -1;
    }

    /** Returns the buffer; the element begins at {@link #offset()}. */
    byte[] buffer() {
        return buffer;
    }

    /** Returns the offset of the element in the buffer. */
    int offset() {
        return start;
    }

    /** Reads until the buffer has the given number of bytes from the offset on; returns false if the input ends before. */
    private boolean require(int length) throws IOException {
        while (end - start < length) {
            if (length > buffer.length - start) {
                byte[] target = length > buffer.length ? new byte[Math.max(length, 2 * buffer.length)] : buffer;
                System.arraycopy(buffer, start, target, 0, end - start);
                buffer = target;
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
     * Finds the end of the element. If it is too long, it is dropped as far as necessary, see {@link #tooLong()}.
     *
     * @return             its length in bytes, or the length of what is left of it
     * @throws IOException if the element is incomplete
     */
    int length() throws IOException {
        int depth = 0;
        boolean isInString = false;
        tooLong = null;
        for (int length = 0;; length++) {
            if (length >= maxLength) {
                requireElement(length);
                if (tooLong == null) {
                    tooLong = copy(length);
                }
                start += length;
                length = 0;
            }
            if (start + length >= end) {
                requireElement(length + 1);
            }
            byte next = buffer[start + length];
            if (isInString) {
                if (next == '\\') {
                    length++;
                } else if (next == '"') {
                    isInString = false;
                } else {
                    length = skipPlain(length);
                }
            } else if (next == '"') {
                isInString = true;
            } else if (next == '{' || next == '[') {
                depth++;
            } else if ((next == '}' || next == ']') && --depth == 0) {
                return length + 1;
            }
        }
    }

    // Performance: an unchanged poll of 1,000,000 rows takes 0.4 s of CPU with it, 0.6 s without.
    /** Skips the bytes of a string that are in the buffer and need no look; returns the position of the last of them. */
    private int skipPlain(int length) {
        byte[] bytes = buffer;
        int i = start + length + 1;
        while (i < end && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i - 1 - start;
    }

    private void requireElement(int length) throws IOException {
        if (!require(length)) {
            throw new IOException("the list is incomplete");
        }
    }

    /** Returns the beginning of the element if it is too long; otherwise null. */
    byte[] tooLong() {
        return tooLong;
    }

    /** Skips the element, given its length. */
    void skip(int length) {
        start += length;
    }

    /** Copies the bytes of the element, given its length. */
    byte[] copy(int length) {
        return Arrays.copyOfRange(buffer, start, start + length);
    }
}
