package io.github.integratorio.camel.internal.client.paging;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import org.apache.hc.core5.http.Header;

/**
 * Finds the next page of a list in {@code Link} headers (RFC 8288), and rejects links to any other place. A header that is not
 * completely understood is an error: a list that seemed to end there would be cut in silence.
 */
final class LinkHeader {

    private static final Pattern RELATION = Pattern.compile("[a-z0-9][a-z0-9._-]*|[a-z][a-z0-9+.-]*:\\S+");

    private final String text;
    private int position;
    private String target;
    private List<String> relations;

    private LinkHeader(String text) {
        this.text = text;
    }

    /**
     * The path and query of the next page.
     *
     * @param  links       the Link headers of a page
     * @param  base        the configured base URL
     * @param  path        the path that all pages have
     * @return             empty if this was the last page
     * @throws IOException if a header is malformed, or the link leads to another scheme, host, port or path
     */
    static Optional<String> next(Header[] links, URI base, String path) throws IOException {
        String next = null;
        for (Header header : links) {
            LinkHeader link = new LinkHeader(header.getValue() == null ? "" : header.getValue());
            while (link.advance()) {
                if (!link.relations.contains("next")) {
                    continue;
                }
                String target = requireSameList(link.target, base, path);
                if (next != null && !next.equals(target)) {
                    throw new IOException("has links to two different next pages");
                }
                next = target;
            }
        }
        return Optional.ofNullable(next);
    }

    /** Reads one link; returns false at the end of the header. */
    private boolean advance() throws IOException {
        while (skipSpaces() == ',') {
            position++;
        }
        if (position == text.length()) {
            return false;
        }
        target = target();
        relations = null;
        while (skipSpaces() == ';') {
            position++;
            parameter();
        }
        // Of several relation parameters the first one counts, and one is required (RFC 8288, 3.3).
        if (position < text.length() && peek() != ',' || relations == null
                || !relations.stream().allMatch(relation -> RELATION.matcher(relation).matches())) {
            throw malformed();
        }
        return true;
    }

    private String target() throws IOException {
        int end = text.indexOf('>', position);
        String uri = peek() == '<' && end > 0 ? text.substring(position + 1, end) : null;
        if (uri == null || uri.chars().anyMatch(c -> c <= ' ' || c == '<' || c == '"' || c == 127)) {
            throw malformed();
        }
        position = end + 1;
        return uri;
    }

    /** Reads a parameter, which may be empty or have no value. */
    private void parameter() throws IOException {
        skipSpaces();
        String name = word("=");
        String value = "";
        if (skipSpaces() == '=') {
            position++;
            value = skipSpaces() == '"' ? quoted() : word("");
            if (name.isEmpty()) {
                throw malformed();
            }
        }
        if (relations == null && name.equalsIgnoreCase("rel")) {
            boolean isSingleQuoted = value.length() > 1 && value.startsWith("'") && value.endsWith("'");
            String types = isSingleQuoted ? value.substring(1, value.length() - 1) : value;
            relations = List.of(types.toLowerCase(Locale.ROOT).trim().split("[ \t]+"));
        }
    }

    /** Reads up to a space, a separator or one of the given characters; values without quotes may contain slashes, as in RFC 5988. */
    private String word(String ends) throws IOException {
        int start = position;
        while (position < text.length() && " \t;,".indexOf(peek()) < 0 && ends.indexOf(peek()) < 0) {
            if (peek() <= ' ' || peek() >= 127 || "<>\"".indexOf(peek()) >= 0) {
                throw malformed();
            }
            position++;
        }
        return text.substring(start, position);
    }

    private String quoted() throws IOException {
        StringBuilder value = new StringBuilder();
        position++;
        while (peek() != '"') {
            if (peek() == '\\') {
                position++;
            }
            if (position >= text.length() || peek() < ' ' && peek() != '\t') {
                throw malformed();
            }
            value.append(peek());
            position++;
        }
        position++;
        return value.toString();
    }

    private char skipSpaces() {
        while (peek() == ' ' || peek() == '\t') {
            position++;
        }
        return peek();
    }

    /** The next character; NUL, which no header contains, at the end. */
    private char peek() {
        return position < text.length() ? text.charAt(position) : 0;
    }

    private static IOException malformed() {
        return new IOException("has a Link header that is malformed");
    }

    private static String requireSameList(String link, URI base, String path) throws IOException {
        try {
            URI first = new URI(base.getScheme(), null, base.getHost(), base.getPort(), path, null, null);
            // URI.resolve drops the last segment before a lone query.
            URI next = first.resolve(new URI(link.startsWith("?") ? path + link : link));
            boolean isSameOrigin = base.getScheme().equalsIgnoreCase(next.getScheme())
                    && base.getHost().equalsIgnoreCase(next.getHost())
                    && port(base) == port(next) && next.getRawUserInfo() == null;
            if (isSameOrigin && path.equals(next.getRawPath())) {
                return path + (next.getRawQuery() == null ? "" : "?" + next.getRawQuery());
            }
        } catch (URISyntaxException e) {
            throw new IOException("has a link to the next page that is not a URL");
        }
        throw new IOException("has a link to the next page that leads away from this list");
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
