package io.github.integratorio.simulator;

/** Where a page of a list starts, as it stands in a link: {@code ?page=…}. Clients need not understand it. */
final class Cursor {

    private static final String PARAMETER = "page=";
    private static final int RADIX = 36;

    private Cursor() {
    }

    /** The place after which the page asked for starts; 0 for the first page. */
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

    /** The {@code Link} header of a page that is not the last. */
    static String link(String origin, RecordedRequest request, long next) {
        String path = request.path().split("\\?", 2)[0];
        return "<" + origin + path + "?" + PARAMETER + Long.toString(next, RADIX) + ">; rel=\"next\"";
    }

    private static long parse(String text) {
        try {
            return Long.parseUnsignedLong(text, RADIX);
        } catch (NumberFormatException e) {
            throw ApiError.of(400, "invalid_query_params", "page", "Not a page of this list.");
        }
    }
}
