package io.github.integratorio.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;

/** A CSV file with the licenses of a connector: a header line, then one line per license. */
final class LicenseFile implements Iterator<Map<String, Object>>, AutoCloseable {

    private final Path file;
    private final MappingIterator<Map<String, Object>> lines;
    private long line = 1;

    private LicenseFile(Path file, MappingIterator<Map<String, Object>> lines) {
        this.file = file;
        this.lines = lines;
    }

    static LicenseFile open(Path file) {
        try {
            MappingIterator<Map<String, Object>> lines = new CsvMapper()
                    .enable(CsvParser.Feature.SKIP_EMPTY_LINES).enable(CsvParser.Feature.TRIM_SPACES)
                    .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
                    .readerForMapOf(Object.class).with(CsvSchema.emptySchema().withHeader())
                    .readValues(withoutMark(Files.newBufferedReader(file, StandardCharsets.UTF_8)));
            LicenseFile opened = new LicenseFile(file, lines);
            opened.checkHeader();
            return opened;
        } catch (IOException e) {
            throw new IllegalStateException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Spreadsheets write a byte order mark before the first column. */
    private static Reader withoutMark(BufferedReader text) throws IOException {
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
        return text;
    }

    private void checkHeader() throws IOException {
        // The header is read with the first line.
        boolean isEmpty = !lines.hasNextValue();
        CsvSchema header = (CsvSchema) lines.getParser().getSchema();
        if (header == null || header.column("email") == null && header.column("_id") == null) {
            close();
            throw new IllegalStateException(file + ": line 1 must name the columns, email or _id among them"
                    + (isEmpty ? ", and the file has no rows" : ""));
        }
        Set<String> columns = new HashSet<>();
        for (CsvSchema.Column column : header) {
            if (!columns.add(column.getName())) {
                close();
                throw new IllegalStateException(file + ": line 1 names the column " + column.getName() + " twice");
            }
        }
    }

    @Override
    public boolean hasNext() {
        try {
            return lines.hasNextValue();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Returns a row without the cells that are empty: an empty cell says nothing. */
    @Override
    public Map<String, Object> next() {
        try {
            line++;
            Map<String, Object> row = new LinkedHashMap<>(lines.nextValue());
            row.values().removeIf(value -> value == null || value.toString().isEmpty());
            return row;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private IllegalStateException broken(IOException e) {
        return new IllegalStateException(
                file + ": line " + (line + 1) + " is no valid CSV or has another number of columns", e);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
