package io.github.integratorio.cli;

import java.util.ArrayList;
import java.util.List;

/** Reads comma-separated values, with the line on which each record begins. */
final class Csv {

    /** @param number the line of the file on which it begins, from 1 */
    record Line(long number, List<String> cells) {
    }

    private final String text;
    private int at;
    private long line = 1;

    private Csv(String text) {
        this.text = text;
    }

    /**
     * The records that are not empty.
     *
     * @throws IllegalArgumentException if a quotation mark is not closed, or text follows one that is
     */
    static List<Line> parse(String text) {
        Csv csv = new Csv(text);
        List<Line> lines = new ArrayList<>();
        while (csv.at < text.length()) {
            Line one = csv.next();
            if (one.cells().size() > 1 || !one.cells().get(0).isEmpty()) {
                lines.add(one);
            }
        }
        return lines;
    }

    private Line next() {
        long number = line;
        List<String> cells = new ArrayList<>();
        do {
            cells.add(cell());
        } while (skip(','));
        boolean isWindows = skip('\r');
        if (skip('\n') || isWindows) {
            line++;
        }
        return new Line(number, cells);
    }

    private String cell() {
        int start = at;
        while (!isAtEnd()) {
            at++;
        }
        String plain = strip(text.substring(start, at));
        if (!plain.startsWith("\"")) {
            return plain;
        }
        at = text.indexOf('"', start);
        return quoted();
    }

    private String quoted() {
        long number = line;
        StringBuilder cell = new StringBuilder();
        for (at++;;) {
            if (at == text.length()) {
                throw new IllegalArgumentException("line " + number + ": a quotation mark is not closed");
            }
            char one = text.charAt(at++);
            if (one == '"' && !skip('"')) {
                break;
            }
            cell.append(one);
            line += one == '\n' ? 1 : 0;
        }
        int after = at;
        while (!isAtEnd()) {
            at++;
        }
        if (!strip(text.substring(after, at)).isEmpty()) {
            throw new IllegalArgumentException("line " + line + ": text follows a closing quotation mark");
        }
        return cell.toString();
    }

    private boolean isAtEnd() {
        return at == text.length() || ",\r\n".indexOf(text.charAt(at)) >= 0;
    }

    private boolean skip(char one) {
        boolean isThere = at < text.length() && text.charAt(at) == one;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private static String strip(String cell) {
        int start = 0;
        int end = cell.length();
        while (start < end && isSpace(cell.charAt(start))) {
            start++;
        }
        while (start < end && isSpace(cell.charAt(end - 1))) {
            end--;
        }
        return cell.substring(start, end);
    }

    /** Spreadsheets and web pages also use spaces that do not break. */
    private static boolean isSpace(char one) {
        return one == ' ' || one >= '\t' && one <= '\r' || one == '\u00A0' || one == '\u202F';
    }
}
