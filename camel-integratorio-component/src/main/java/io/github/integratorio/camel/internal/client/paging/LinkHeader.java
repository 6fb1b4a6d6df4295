package io.github.integratorio.camel.internal.client.paging;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.hc.core5.http.Header;

/** Finds the next page of a list in {@code Link} headers (RFC 8288), and refuses one that leads elsewhere. */
final class LinkHeader {

    private static final Pattern TARGET = Pattern.compile("<([^<>]*)>");
    /** One at a time: a pattern that repeats them would need a stack as deep as their number. */
    private static final Pattern PARAMETER = Pattern.compile("\\s*;\\s*([^\\s=;,\"]+)\\s*(?:=\\s*(?:\"([^\"]*)\"|([^\\s;,\"]*)))?");

    private LinkHeader() {
    }

    /**
     * The path and query of the next page.
     *
     * @param  links       the Link headers of a page
     * @param  base        the configured base URL
     * @param  path        the path of the first page, which every page has
     * @return             empty when this was the last page
     * @throws IOException when the link leaves the configured scheme, host, port or path
     */
    static Optional<String> of(Header[] links, URI base, String path) throws IOException {
        for (Header header : links) {
            String value = header.getValue() == null ? "" : header.getValue();
            Matcher link = TARGET.matcher(value);
            Matcher parameter = PARAMETER.matcher(value);
            int at = 0;
            while (link.find(at)) {
                at = link.end();
                String relations = null;
                while (parameter.region(at, value.length()).lookingAt()) {
                    at = parameter.end();
                    // Of several, the first one counts (RFC 8288, 3.3).
                    if (relations == null && parameter.group(1).equalsIgnoreCase("rel")) {
                        relations = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
                    }
                }
                if (relations != null && List.of(relations.toLowerCase(Locale.ROOT).trim().split("\\s+")).contains("next")) {
                    return Optional.of(check(link.group(1), base, path));
                }
            }
        }
        return Optional.empty();
    }

    private static String check(String link, URI base, String path) throws IOException {
        try {
            URI first = new URI(base.getScheme(), null, base.getHost(), base.getPort(), path, null, null);
            // URI.resolve drops the last segment before a lone query.
            URI next = first.resolve(new URI(link.startsWith("?") ? path + link : link));
            boolean home = base.getScheme().equalsIgnoreCase(next.getScheme())
                    && base.getHost().equalsIgnoreCase(next.getHost())
                    && port(base) == port(next) && next.getRawUserInfo() == null;
            if (home && path.equals(next.getRawPath())) {
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
