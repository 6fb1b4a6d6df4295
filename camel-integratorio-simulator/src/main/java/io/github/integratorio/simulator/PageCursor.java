package io.github.integratorio.simulator;

/** The start of a page, as the query parameter {@code page} of a link. It is opaque to clients. */
final class PageCursor {

    private static final String PARAMETER = "page=";
    private static final int RADIX = 36;

    private PageCursor() {
    }

    /** Returns the position after which the requested page starts; 0 for the first page. */
    static long of(RecordedRequest request) {
        String[] parts = request.path().split("\\?", 2);
        if (parts.length == 2) {
            for (String parameter : parts[1].split("&")) {
                if (parameter.startsWith(PARAMETER)) {
                    return parse(parameter.substring(PARAMETER.length()));
                }
            }
        }
        return 0;
    }

    /** Returns the {@code Link} header that points to the next page. */
    static String link(String origin, RecordedRequest request, long next) {
        String path = request.path().split("\\?", 2)[0];
        return "<" + origin + path + "?" + PARAMETER + Long.toString(next, RADIX) + ">; rel=\"next\"";
    }

    private static long parse(String text) {
        try {
            return Long.parseUnsignedLong(text, RADIX);
        } catch (NumberFormatException e) {
            throw ApiException.of(400, "invalid_query_params", "page", "page must come from a Link header.");
        }
    }
}
