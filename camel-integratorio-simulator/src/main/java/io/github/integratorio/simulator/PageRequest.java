package io.github.integratorio.simulator;

/**
 * The page that a list request asks for: the rows after a position, without the first ones of them.
 *
 * @param after the position after which the rows start; 0 for the first row
 * @param skip  the number of rows to leave out at the start
 * @param asked the request's own {@code limit}; 0 if it has none
 * @param size  the maximum number of rows; 0 for all
 */
record PageRequest(long after, long skip, long asked, long size) {

    private static final int RADIX = 36;

    /** Reads the query parameters {@code page}, {@code skip} and {@code limit}; {@code pageSize} 0 is no maximum. */
    static PageRequest of(RecordedRequest request, int pageSize) {
        long after = number(request, "page", RADIX, 0);
        long skip = number(request, "skip", 10, 0);
        long asked = number(request, "limit", 10, 1);
        long size = asked == 0 || pageSize > 0 && pageSize < asked ? pageSize : asked;
        return new PageRequest(after, skip, asked, size);
    }

    /** Returns the query of the next page, which starts after the last row of this page whatever happens until then. */
    String nextByCursor(long lastPosition) {
        return "page=" + Long.toString(lastPosition, RADIX) + (asked == 0 ? "" : "&limit=" + asked);
    }

    /** Returns the query of the next page, which starts at a row number: it shifts with rows that come or go. */
    String nextByOffset() {
        return "skip=" + (skip + size) + "&limit=" + size;
    }

    private static long number(RecordedRequest request, String name, int radix, long minimum) {
        String[] parts = request.path().split("\\?", 2);
        if (parts.length == 1) {
            return 0;
        }
        for (String parameter : parts[1].split("&")) {
            if (parameter.startsWith(name + "=")) {
                return number(parameter.substring(name.length() + 1), name, radix, minimum);
            }
        }
        return 0;
    }

    private static long number(String text, String name, int radix, long minimum) {
        try {
            long number = Long.parseUnsignedLong(text, radix);
            if (number >= minimum) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Rejected below.
        }
        throw ApiException.of(400, "invalid_query_params", name, radix == RADIX
                ? name + " must come from a Link header."
                : name + " must be a number of " + minimum + " or more.");
    }
}
