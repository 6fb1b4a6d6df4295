package io.github.integratorio.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A CSV file with the licenses of a connector: a header line, then one line per license. It is read once, as a whole. */
final class LicenseFile {

    private static final Set<String> FIELDS = Set.of("email", "_id", "expires", "trialEndDate", "sandbox", "opts",
            "type", "resumable", "_parentId", "_editionId", "_connectorId");

    /**
     * @param line   its line in the file
     * @param fields its cells by column, without those that are empty: an empty cell says nothing
     */
    record Row(long line, Map<String, Object> fields) {
    }

    private final Path file;
    private final List<Row> rows = new ArrayList<>();

    private LicenseFile(Path file) {
        this.file = file;
    }

    /**
     * @param  file                  a file or pipe, or {@code -}
     * @param  standardInput         what {@code -} stands for
     * @throws IllegalStateException if it cannot be read or cannot be right; names file, line and what was expected
     */
    static List<Row> read(Path file, InputStream standardInput) {
        LicenseFile read = new LicenseFile(file);
        read.fill(read.text(standardInput));
        return read.rows;
    }

    private String text(InputStream standardInput) {
        byte[] bytes;
        try {
            bytes = file.toString().equals("-") ? standardInput.readAllBytes() : Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw wrong("there is no such file");
        } catch (AccessDeniedException e) {
            throw wrong("you may not read this file");
        } catch (IOException e) {
            throw wrong(
                    Files.isDirectory(file) ? "expected a file, not a folder" : "cannot be read: " + e.getMessage());
        }
        if (bytes.length > 1 && (bytes[0] == -1 && bytes[1] == -2 || bytes[0] == -2 && bytes[1] == -1)) {
            throw wrong("line 1: expected UTF-8, not UTF-16 (in a spreadsheet, save it as CSV UTF-8)");
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            // Spreadsheets write a byte order mark before the first column.
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw wrong("line " + lineOfError(bytes)
                    + ": expected UTF-8, but a character is not (in a spreadsheet, save it as CSV UTF-8)");
        }
    }

    private static long lineOfError(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.substring(0, Math.max(0, text.indexOf('\uFFFD'))).chars().filter(one -> one == '\n').count() + 1;
    }

    private void fill(String text) {
        if (text.indexOf('\0') >= 0) {
            throw wrong("line " + (text.substring(0, text.indexOf('\0')).lines().count())
                    + ": expected text in UTF-8, but it contains a zero byte");
        }
        List<Csv.Line> lines;
        try {
            lines = Csv.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
        if (lines.isEmpty()) {
            throw wrong("line 1: the file is empty; expected a line that names the columns, such as email,expires");
        }
        List<String> columns = lines.get(0).cells();
        checkHeader(lines.get(0).number(), columns);
        lines.subList(1, lines.size()).forEach(line -> add(line, columns));
        if (rows.isEmpty()) {
            throw wrong("line 2: the file has no rows; expected one line per license");
        }
    }

    private void checkHeader(long line, List<String> columns) {
        String at = "line " + line + ": ";
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (column.isEmpty()) {
                throw wrong(at + "column " + (columns.indexOf(column) + 1) + " has no name");
            }
            if (!seen.add(column)) {
                throw wrong(at + "names the column " + column + " twice");
            }
            FIELDS.stream().filter(field -> field.equalsIgnoreCase(column) && !field.equals(column)).findFirst()
                    .ifPresent(field -> {
                        throw wrong(at + "expected the column " + field + ", not " + column);
                    });
        }
        if (!seen.contains("email") && !seen.contains("_id")) {
            boolean isOtherSeparator = columns.size() == 1 && columns.get(0).matches("(?s).*[;\t|].*");
            throw wrong(at + "expected the names of the columns, email or _id among them"
                    + (isOtherSeparator ? ", separated by commas" : ""));
        }
    }

    private void add(Csv.Line line, List<String> columns) {
        if (line.cells().size() != columns.size()) {
            throw wrong("line " + line.number() + ": expected " + columns.size() + " cells, not "
                    + line.cells().size());
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!line.cells().get(i).isEmpty()) {
                fields.put(columns.get(i), line.cells().get(i));
            }
        }
        if (!fields.containsKey("email") && !fields.containsKey("_id")) {
            throw wrong("line " + line.number() + ": expected a value for email or _id");
        }
        rows.add(new Row(line.number(), fields));
    }

    private IllegalStateException wrong(String what) {
        return new IllegalStateException((file.toString().equals("-") ? "standard input" : file) + ": " + what);
    }
}
