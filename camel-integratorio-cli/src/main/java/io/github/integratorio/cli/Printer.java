package io.github.integratorio.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import picocli.CommandLine.Option;

/** Prints rows as a table, CSV or JSON. */
final class Printer {

    enum Format {
        TABLE, CSV, JSON
    }

    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "TABLE",
            description = "table, csv or json. Default: table.")
    private Format format;

    @Option(names = "--show-emails", description = "Print whole e-mail addresses. Without it, all formats mask them.")
    private boolean showEmails;

    private PrintWriter out;

    Printer to(PrintWriter writer) {
        out = writer;
        return this;
    }

    boolean isTable() {
        return format == Format.TABLE;
    }

    /** An address as it may be shown. */
    String email(String address) {
        if (address == null || showEmails) {
            return address == null ? "" : address;
        }
        int at = address.lastIndexOf('@');
        return at < 1 ? "***" : address.charAt(0) + "***" + address.substring(at);
    }

    void line(String line) {
        out.println(line);
    }

    /**
     * Prints rows.
     *
     * @param columns names of the columns
     * @param rows    a value per column; null if there is none
     */
    void rows(List<String> columns, List<List<Object>> rows) {
        switch (format) {
            case TABLE -> table(columns, rows);
            case CSV -> write(new CsvMapper().writerFor(List.class).with(schema(columns)), rows);
            case JSON -> {
                write(JSON, rows.stream().map(row -> map(columns, row)).toList());
                out.println();
            }
            default -> throw new IllegalStateException(format.toString());
        }
        out.flush();
    }

    private static CsvSchema schema(List<String> columns) {
        CsvSchema.Builder schema = CsvSchema.builder().setUseHeader(true);
        columns.forEach(schema::addColumn);
        return schema.build();
    }

    private static Map<String, Object> map(List<String> columns, List<Object> row) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            map.put(columns.get(i), row.get(i));
        }
        return map;
    }

    private void write(ObjectWriter writer, Object value) {
        try {
            out.print(writer.writeValueAsString(value));
        } catch (IOException e) {
            throw new IllegalStateException("The result cannot be printed.", e);
        }
    }

    private void table(List<String> columns, List<List<Object>> rows) {
        int[] widths = columns.stream().mapToInt(String::length).toArray();
        for (List<Object> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], text(row.get(i)).length());
            }
        }
        printRow(widths, columns);
        rows.forEach(row -> printRow(widths, row));
    }

    private void printRow(int[] widths, List<?> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String text = text(row.get(i));
            char[] spaces = new char[widths[i] - text.length() + 2];
            Arrays.fill(spaces, ' ');
            line.append(text).append(spaces);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }
}
