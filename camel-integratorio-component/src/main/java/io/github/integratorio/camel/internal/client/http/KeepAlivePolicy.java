package io.github.integratorio.camel.internal.client.http;

import org.apache.hc.client5.http.ConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * Which connections are used again, and how long they may be idle until then. A write on a connection that the server is just
 * closing gets no answer, and nobody knows what became of it.
 */
final class KeepAlivePolicy implements ConnectionReuseStrategy, ConnectionKeepAliveStrategy {

    /** Shorter than what servers and the boxes on the way to them keep an idle connection for when they do not say. */
    static final TimeValue LONGEST_IDLE = TimeValue.ofSeconds(20);
    /** A server that says how long it keeps an idle connection gets no request at the end of that time. */
    private static final TimeValue MARGIN = TimeValue.ofSeconds(1);

    @Override
    public boolean keepAlive(HttpRequest request, HttpResponse response, HttpContext context) {
        // An answer with two lengths is read by its chunks. A box on the way may have read it by the other one: what comes
        // next on the connection is not to be believed.
        boolean twoLengths = response.containsHeader(HttpHeaders.TRANSFER_ENCODING) && response.containsHeader(HttpHeaders.CONTENT_LENGTH);
        boolean tunnel = Method.CONNECT.isSame(request.getMethod());
        return (tunnel || !twoLengths && idleMillis(response, context) > 0)
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
