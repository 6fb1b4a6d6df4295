package io.github.integratorio.examples.trial;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** An HTTP request. Reads the server's request, not the message headers, in which form fields and query parameters are mixed with headers. */
final class WebRequest {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final HttpServerRequest request;
    private final TrialConfig config;

    private WebRequest(HttpServerRequest request, TrialConfig config) {
        this.request = request;
        this.config = config;
    }

    /** Returns the request of an exchange; requires that no step has replaced its message. */
    static WebRequest of(Exchange exchange, TrialConfig config) {
        return new WebRequest(exchange.getMessage(HttpMessage.class).getRequest(), config);
    }

    /** Returns a form field, or null. */
    String field(String name) {
        return request.formAttributes().get(name);
    }

    /** Returns a request header, or null. */
    String header(String name) {
        return request.getHeader(name);
    }

    /** Returns the n-th segment of the path, starting from 0, or an empty text. */
    String pathPart(int n) {
        String[] parts = request.path().split("/");
        return n + 1 < parts.length ? parts[n + 1] : "";
    }

    /** Returns the value of a cookie, or null. */
    String cookie(String name) {
        Cookie cookie = request.getCookie(name);
        return cookie == null ? null : cookie.getValue();
    }

    /** Sets an HttpOnly cookie for a path of the site. */
    void setCookie(String name, String value, String path, long seconds) {
        request.response()
                .addCookie(Cookie.cookie(name, value).setPath(path).setHttpOnly(true).setSecure(config.https())
                        .setSameSite(CookieSameSite.LAX).setMaxAge(seconds));
    }

    /** Returns the client address for rate limits; of an IPv6 address the /64 prefix, since one client usually has a whole /64 network. */
    String clientAddress() {
        String address = request.remoteAddress().hostAddress();
        String forwarded = config.behindProxy() ? request.getHeader("X-Forwarded-For") : null;
        if (forwarded != null) {
            // Only the last address is the proxy's; the client can forge the others.
            address = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        }
        // Also matches an IPv4-mapped IPv6 address, or an address with a port.
        Matcher ipv4 = IPV4.matcher(address);
        return ipv4.find() ? ipv4.group() : prefix64(address);
    }

    private static String prefix64(String address) {
        // Up to "::", or four groups.
        String[] groups = address.split(":", -1);
        StringBuilder half = new StringBuilder();
        for (int i = 0; i < Math.min(4, groups.length) && !(i > 0 && groups[i].isEmpty()); i++) {
            half.append(groups[i]).append(':');
        }
        return half.toString();
    }
}
