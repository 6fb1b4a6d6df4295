package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.text.Redaction;

/** The rows of a snapshot that cannot be stored, and why. The other rows of the snapshot are valid. */
final class RefusedRows {

    /** Limit of the store. */
    static final int MAX_KEY_LENGTH = 500;
    private static final int MAX_SHOWN = 10;
    private static final int MAX_SHOWN_KEY = 64;

    private final List<String> reasons = new ArrayList<>();
    private int count;
    private boolean isAnyUnnamed;
    private final Set<String> keys = new HashSet<>();

    /** Returns what is wrong with a key; null if it can be stored. */
    static String problem(String key) {
        if (key.length() > MAX_KEY_LENGTH) {
            return "its key has more than " + MAX_KEY_LENGTH + " characters";
        }
        if (Redaction.hasAddress(key)) {
            // Logs and consoles show keys.
            return "its key is an e-mail address, or has one";
        }
        if (key.indexOf(0) >= 0) {
            return "its key has the character U+0000";
        }
        return key.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                ? "its key has half of a surrogate pair"
                : null;
    }

    /**
     * Adds a row.
     *
     * @param key     its key; null if it cannot be read
     * @param number  its number in the list, from 1 on
     * @param problem what is wrong with it
     */
    void add(String key, int number, String problem) {
        count++;
        isAnyUnnamed |= key == null;
        if (key != null) {
            keys.add(key);
        }
        if (reasons.size() < MAX_SHOWN) {
            reasons.add((key == null ? "row " + number : printable(key)) + ": " + problem);
        }
    }

    private static String printable(String key) {
        key = Redaction.mask(key);
        String shown = key.length() > MAX_SHOWN_KEY ? key.substring(0, MAX_SHOWN_KEY) + "..." : key;
        StringBuilder text = new StringBuilder();
        for (char c : shown.toCharArray()) {
            text.append(c > ' ' && c < 127 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return text.toString();
    }

    /** Returns the string in a field of a JSON object of which only the beginning is known; null if it is not there. */
    static String keyInBeginning(byte[] beginning, String keyField) {
        try (JsonParser parser = Json.unlimitedParser(beginning)) {
            parser.nextToken();
            return key(parser, keyField);
        } catch (IOException e) {
            // It ends before the key.
            return null;
        }
    }

    /**
     * Returns the string in a field of a JSON object that exceeds the limits of {@link Json}; null if it is not there.
     *
     * @throws IOException if it is not valid JSON
     */
    static String key(byte[] object, String keyField) throws IOException {
        try (JsonParser parser = Json.unlimitedParser(object)) {
            parser.nextToken();
            String key = key(parser, keyField);
            while (parser.nextToken() != null) {
                // Finds what is not valid.
            }
            return key;
        } catch (JsonProcessingException e) {
            throw new IOException("a row of the list is not valid JSON");
        }
    }

    private static String key(JsonParser parser, String keyField) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isKey = parser.currentName().equals(keyField);
            JsonToken value = parser.nextToken();
            if (isKey) {
                return value == JsonToken.VALUE_STRING ? parser.getText() : null;
            }
            parser.skipChildren();
        }
        return null;
    }

    int count() {
        return count;
    }

    /** Returns the keys of the rows, as far as they are known. */
    Set<String> keys() {
        return keys;
    }

    /** Returns whether a row has no known key, so that it may be any of the rows that are missing. */
    boolean isAnyUnnamed() {
        return isAnyUnnamed;
    }

    /** Returns the first rows with their problems; empty if there are none. */
    @Override
    public String toString() {
        return String.join("; ", reasons)
                + (count > reasons.size() ? "; and " + (count - reasons.size()) + " more" : "");
    }
}
