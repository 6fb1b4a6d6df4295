package io.github.integratorio.examples.trial;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * A request, read from the wire itself: among the message's headers, a field of a form or of the query could pass for a header.
 */
final class WebRequest {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final HttpServerRequest request;
    private final TrialConfig settings;

    private WebRequest(HttpServerRequest request, TrialConfig settings) {
        this.request = request;
        this.settings = settings;
    }

    /** The request of an exchange, as long as no step has replaced its message. */
    static WebRequest of(Exchange exchange, TrialConfig settings) {
        return new WebRequest(exchange.getMessage(HttpMessage.class).getRequest(), settings);
    }

    /** A field of the form that was posted; null when there is none. */
    String field(String name) {
        return request.formAttributes().get(name);
    }

    /** A request header; null when there is none. */
    String header(String name) {
        return request.getHeader(name);
    }

    /** The n-th part of the path, from 0; empty when there is none. */
    String pathPart(int n) {
        String[] parts = request.path().split("/");
        return n + 1 < parts.length ? parts[n + 1] : "";
    }

    /** A cookie's value; null when there is none. */
    String cookie(String name) {
        Cookie cookie = request.getCookie(name);
        return cookie == null ? null : cookie.getValue();
    }

    /** Sets a cookie that no script can read, for a part of the site. */
    void cookie(String name, String value, String path, long seconds) {
        request.response().addCookie(Cookie.cookie(name, value).setPath(path).setHttpOnly(true).setSecure(settings.https())
                .setSameSite(CookieSameSite.LAX).setMaxAge(seconds));
    }

    /**
     * Whose limits count: the address, and of an IPv6 one the first half, which is what a household or a server gets.
     */
    String address() {
        String address = request.remoteAddress().hostAddress();
        String forwarded = settings.behindProxy() ? request.getHeader("X-Forwarded-For") : null;
        if (forwarded != null) {
            // What came before the last comma was said by the visitor.
            address = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        }
        // Also one that is written as an IPv6 address, or with its port.
        Matcher ipv4 = IPV4.matcher(address);
        return ipv4.find() ? ipv4.group() : firstHalf(address);
    }

    private static String firstHalf(String address) {
        // As far as "::", or four groups.
        String[] groups = address.split(":", -1);
        StringBuilder half = new StringBuilder();
        for (int i = 0; i < Math.min(4, groups.length) && !(i > 0 && groups[i].isEmpty()); i++) {
            half.append(groups[i]).append(':');
        }
        return half.toString();
    }
}
