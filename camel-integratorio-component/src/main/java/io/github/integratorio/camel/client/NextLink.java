package io.github.integratorio.camel.client;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.hc.core5.http.Header;

/** Finds the next page of a list in {@code Link} headers (RFC 8288), and refuses one that leads elsewhere. */
final class NextLink {

    // Nothing that was taken is given back: with backtracking, a long line of parameters needs a stack that is as deep.
    private static final Pattern LINK = Pattern.compile(
            "<([^<>]*+)>((?:\\s*+;\\s*+[^\\s=;,\"]++\\s*+(?:=\\s*+(?:\"[^\"]*+\"|[^\\s;,\"]*+))?+)*+)");
    private static final Pattern REL = Pattern.compile("(?i);\\s*rel\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;,\"]+))");

    private NextLink() {
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
            Matcher link = LINK.matcher(header.getValue() == null ? "" : header.getValue());
            while (link.find()) {
                Matcher rel = REL.matcher(link.group(2));
                if (rel.find() && names(rel).contains("next")) {
                    return Optional.of(check(link.group(1), base, path));
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> names(Matcher rel) {
        String value = rel.group(1) != null ? rel.group(1) : rel.group(2);
        return List.of(value.toLowerCase(java.util.Locale.ROOT).trim().split("\\s+"));
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
