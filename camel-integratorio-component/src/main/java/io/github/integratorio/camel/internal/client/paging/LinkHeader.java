package io.github.integratorio.camel.internal.client.paging;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicHeaderValueParser;
import org.apache.hc.core5.http.message.ParserCursor;

/** Finds the next page of a list in {@code Link} headers (RFC 8288), and rejects links to any other place. */
final class LinkHeader {

    private LinkHeader() {
    }

    /**
     * The path and query of the next page.
     *
     * @param  links       the Link headers of a page
     * @param  base        the configured base URL
     * @param  path        the path that all pages have
     * @return             empty if this was the last page
     * @throws IOException if the link leads to another scheme, host, port or path
     */
    static Optional<String> next(Header[] links, URI base, String path) throws IOException {
        for (Header header : links) {
            String value = header.getValue() == null ? "" : header.getValue();
            int start = value.indexOf('<');
            while (start >= 0) {
                int end = value.indexOf('>', start);
                if (end < 0) {
                    break;
                }
                ParserCursor parameters = new ParserCursor(end + 1, value.length());
                if (isNext(value, parameters)) {
                    return Optional.of(requireSameList(value.substring(start + 1, end), base, path));
                }
                start = value.indexOf('<', parameters.getPos());
            }
        }
        return Optional.empty();
    }

    private static boolean isNext(String value, ParserCursor cursor) {
        for (NameValuePair parameter : BasicHeaderValueParser.INSTANCE.parseParameters(value, cursor)) {
            // Of several relation parameters the first one counts (RFC 8288, 3.3).
            if ("rel".equalsIgnoreCase(parameter.getName())) {
                String relations = parameter.getValue() == null ? "" : parameter.getValue();
                return List.of(relations.toLowerCase(Locale.ROOT).trim().split("\\s+")).contains("next");
            }
        }
        return false;
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
