package io.github.integratorio.camel.internal.client.http;

import org.apache.hc.client5.http.ConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * Decides which connections are reused, and how long they may be idle before. A write on a connection that the server is closing gets no
 * response, and its outcome is ambiguous.
 */
final class KeepAlivePolicy implements ConnectionReuseStrategy, ConnectionKeepAliveStrategy {

    /** Shorter than the time for which servers and proxies keep idle connections by default. */
    static final TimeValue LONGEST_IDLE = TimeValue.ofSeconds(20);
    /** Distance from the end of the time for which a server says it keeps an idle connection. */
    private static final TimeValue MARGIN = TimeValue.ofSeconds(1);

    @Override
    public boolean keepAlive(HttpRequest request, HttpResponse response, HttpContext context) {
        // A response with two lengths is read by its chunks. A proxy may have read it by the other length, so the next response on
        // the connection cannot be trusted.
        boolean twoLengths = response.containsHeader(HttpHeaders.TRANSFER_ENCODING)
                && response.containsHeader(HttpHeaders.CONTENT_LENGTH);
        // A server or proxy that gives up, or is in trouble, may answer out of turn: the next response would be that to the request before.
        boolean isTrouble = response.getCode() == HttpStatus.SC_REQUEST_TIMEOUT || response.getCode() >= 500;
        boolean tunnel = Method.CONNECT.isSame(request.getMethod());
        return (tunnel || !twoLengths && !isTrouble && idleMillis(response, context) > 0)
                && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context);
    }

    @Override
    public TimeValue getKeepAliveDuration(HttpResponse response, HttpContext context) {
        // Zero would mean for ever; such a connection is not kept, see above.
        return TimeValue.ofMilliseconds(Math.max(1, idleMillis(response, context)));
    }

    private static long idleMillis(HttpResponse response, HttpContext context) {
        if (!response.containsHeader("Keep-Alive")) {
            return LONGEST_IDLE.toMilliseconds();
        }
        TimeValue kept = DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
        return Math.min(LONGEST_IDLE.toMilliseconds(), kept.toMilliseconds() - MARGIN.toMilliseconds());
    }
}
