package io.github.integratorio.benchmarks;

import java.net.URI;
import java.util.EnumSet;
import java.util.Set;

/** The contenders, and the operations each of them supports. */
enum ContenderType {

    INTEGRATORIO("**integratorio**", EnumSet.allOf(Operation.class), base -> new IntegratorioContender(base, false)),
    INTEGRATORIO_LIMITED("integratorio, default rate limits", EnumSet.noneOf(Operation.class),
            base -> new IntegratorioContender(base, true)),
    HTTPCLIENT("hand-written HttpClient 5, blocking", EnumSet.complementOf(EnumSet.of(Operation.RECONCILE)),
            HttpClientContender::new),
    HTTPCLIENT_ASYNC("hand-written HttpClient 5, async, minimal", EnumSet.of(Operation.CREATE, Operation.GET),
            AsyncHttpClientContender::client),
    HTTPCLIENT_VIRTUAL("hand-written HttpClient 5, blocking, on virtual threads",
            Runtime.version().feature() < 21 ? EnumSet.noneOf(Operation.class)
                    : EnumSet.of(Operation.CREATE, Operation.GET),
            HttpClientContender.OnVirtualThreads::new),
    HTTPCORE_ASYNC("hand-written HttpCore 5, async, without HttpClient", EnumSet.of(Operation.CREATE, Operation.GET),
            AsyncHttpClientContender::core),
    HTTP_DYNAMIC("camel-http, `toD`", allButStreaming(), base -> HttpRouteContender.dynamic(base, false)),
    HTTP_FIXED("camel-http, tuned", allButStreaming(), base -> HttpRouteContender.fixed(base, false)),
    VERTX_DYNAMIC("camel-vertx-http, `toD`", allButStreaming(), base -> HttpRouteContender.dynamic(base, true)),
    VERTX_FIXED("camel-vertx-http, tuned", allButStreaming(), base -> HttpRouteContender.fixed(base, true)),
    OPENAPI("camel-rest-openapi", allButStreaming(), HttpRouteContender::openApi),
    TOKENS("Jackson token scan", EnumSet.of(Operation.POLL), HttpClientContender.TokenScan::new),
    BYTES("bytes received and discarded", EnumSet.of(Operation.POLL), HttpClientContender.ByteCount::new),
    SOCKET_JSON("raw socket with JSON", EnumSet.of(Operation.CREATE), base -> new RawSocketContender(base, true)),
    SOCKET("raw socket, precomputed bytes", EnumSet.of(Operation.CREATE), base -> new RawSocketContender(base, false));

    private interface Factory {
        Contender create(URI base) throws Exception;
    }

    private final String title;
    private final Set<Operation> operations;
    private final Factory factory;

    ContenderType(String title, Set<Operation> operations, Factory factory) {
        this.title = title;
        this.operations = operations;
        this.factory = factory;
    }

    private static Set<Operation> allButStreaming() {
        return EnumSet.complementOf(EnumSet.of(Operation.STREAM, Operation.RECONCILE));
    }

    /** Returns the name in the tables. */
    String title() {
        return title;
    }

    boolean supports(Operation operation) {
        return operations.contains(operation);
    }

    /** Creates a contender that calls the API at this URL. */
    Contender create(URI base) throws Exception {
        return factory.create(base);
    }
}
