package io.github.integratorio.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import picocli.CommandLine.Option;

/** Prints rows as a table, CSV or JSON. */
final class Printer {

    enum Format {
        TABLE, CSV, JSON
    }

    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();
    private static final Pattern EMAIL =
            Pattern.compile(
                    "(?<![^\\s@<>\",;:()\\[\\]{}=])([^\\s@<>\",;:()\\[\\]{}=])[^\\s@<>\",;:()\\[\\]{}=]*(@|\uFF20|%40)");
    /** What moves the cursor, breaks a line or changes the direction of the text. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\x80-\\x9F\\p{Cf}\\u2028\\u2029]");
    /** What a spreadsheet takes for the beginning of a formula. */
    private static final Pattern FORMULA = Pattern.compile("(?s)[=+\\-@].*");

    @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "TABLE",
            description = "table, csv or json. Default: table.")
    private Format format;

    @Option(names = "--show-emails", description = "Print whole e-mail addresses. Without it, all formats mask them.")
    private boolean showEmails;

    private PrintWriter out;
    private PrintWriter err;

    Printer to(PrintWriter rows, PrintWriter people) {
        out = rows;
        err = people;
        return this;
    }

    boolean isTable() {
        return format == Format.TABLE;
    }

    /** A number with its noun. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** A text of unknown origin as one line, whose control characters are visible. */
    static String visible(String text) {
        return CONTROL.matcher(text)
                .replaceAll(found -> found.group().chars().mapToObj(one -> String.format("\\\\u%04x", one))
                        .collect(Collectors.joining()));
    }

    /** A value as it may be shown: addresses are masked wherever they are. */
    Object shown(Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        return showEmails ? value.toString() : EMAIL.matcher(value.toString()).replaceAll("$1***$2");
    }

    /** An address as it may be shown. */
    String email(String address) {
        if (address == null || showEmails) {
            return address == null ? "" : address;
        }
        int at = address.lastIndexOf('@');
        return at < 1 ? "***" : address.charAt(0) + "***" + address.substring(at);
    }

    /** A line for people: beside a table, but never among rows for programs. */
    void line(Object line) {
        (isTable() ? out : err).println(visible(shown(line).toString()));
    }

    /**
     * Prints rows.
     *
     * @param columns names of the columns
     * @param rows    a value per column: text, number, boolean, instant, or in JSON also a List or Map; null if there is none
     */
    void rows(List<String> columns, List<List<Object>> rows) {
        switch (format) {
            case TABLE -> table(columns, rows);
            case CSV -> {
                out.println(csv(columns));
                rows.forEach(row -> out.println(csv(row)));
            }
            case JSON -> out.println(json(rows.stream().map(row -> map(columns, row)).toList()));
            default -> throw new IllegalStateException(format.toString());
        }
        out.flush();
    }

    private String csv(List<?> row) {
        return row.stream().map(this::cell).collect(Collectors.joining(","));
    }

    private String cell(Object value) {
        String text = value == null ? "" : visible(shown(value).toString());
        String safe = !(value instanceof Number) && FORMULA.matcher(text).matches() ? "'" + text : text;
        return safe.matches("[^\", ]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }

    private Map<String, Object> map(List<String> columns, List<Object> row) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            map.put(columns.get(i), json(row.get(i), this));
        }
        return map;
    }

    private static Object json(Object value, Printer printer) {
        if (value instanceof List<?> list) {
            return list.stream().map(item -> json(item, printer)).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(key.toString(), json(item, printer)));
            return copy;
        }
        return printer.shown(value);
    }

    private static String json(Object value) {
        try {
            // JSON permits some control characters in its texts.
            return JSON.writeValueAsString(value).lines().map(Printer::visible).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new IllegalStateException("the result cannot be printed", e);
        }
    }

    private void table(List<String> columns, List<List<Object>> rows) {
        List<List<String>> lines = rows.stream().map(row -> row.stream().map(this::text).toList()).toList();
        int[] widths = columns.stream().mapToInt(String::length).toArray();
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        printRow(widths, columns);
        lines.forEach(line -> printRow(widths, line));
    }

    private void printRow(int[] widths, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            char[] spaces = new char[widths[i] - row.get(i).length() + 2];
            Arrays.fill(spaces, ' ');
            line.append(row.get(i)).append(spaces);
        }
        out.println(line.toString().stripTrailing());
    }

    private String text(Object value) {
        return value instanceof Boolean flag ? flag ? "yes" : "no"
                : value == null ? "" : visible(shown(value).toString());
    }
}
