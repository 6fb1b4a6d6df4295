package io.github.integratorio.benchmarks;

import java.net.URI;
import java.util.EnumSet;
import java.util.Set;

/** Who takes part, and in what. */
enum Contenders {

    INTEGRATORIO("**integratorio**", EnumSet.allOf(Work.class), base -> new Integratorio(base, false)),
    INTEGRATORIO_LIMITED("integratorio, the API's limits", EnumSet.noneOf(Work.class), base -> new Integratorio(base, true)),
    HTTPCLIENT("HttpClient 5, blocking, by hand", EnumSet.allOf(Work.class), ByHand::new),
    HTTPCLIENT_ASYNC("HttpClient 5, async, lean, by hand", EnumSet.of(Work.CREATE, Work.GET), Lean::new),
    HTTP_DYNAMIC("camel-http, `toD`", calls(), base -> HttpRoutes.dynamic(base, false)),
    HTTP_FIXED("camel-http, at its best", calls(), base -> HttpRoutes.fixed(base, false)),
    VERTX_DYNAMIC("camel-vertx-http, `toD`", calls(), base -> HttpRoutes.dynamic(base, true)),
    VERTX_FIXED("camel-vertx-http, at its best", calls(), base -> HttpRoutes.fixed(base, true)),
    OPENAPI("camel-rest-openapi", calls(), HttpRoutes::described),
    TOKENS("bare Jackson tokens", EnumSet.of(Work.POLL), ByHand.Tokens::new),
    SOCKET_JSON("bare socket, with JSON", EnumSet.of(Work.CREATE), base -> new BareSocket(base, true)),
    SOCKET("bare socket, canned bytes", EnumSet.of(Work.CREATE), base -> new BareSocket(base, false));

    private interface Start {
        Contender begin(URI base) throws Exception;
    }

    private final String title;
    private final Set<Work> works;
    private final Start start;

    Contenders(String title, Set<Work> works, Start start) {
        this.title = title;
        this.works = works;
        this.start = start;
    }

    private static Set<Work> calls() {
        return EnumSet.of(Work.CREATE, Work.GET, Work.LIST, Work.UPSERT, Work.POLL);
    }

    /** Its name in tables. */
    String title() {
        return title;
    }

    boolean takesPart(Work work) {
        return works.contains(work);
    }

    /** Gets ready to call the API at this URL. */
    Contender begin(URI base) throws Exception {
        return start.begin(base);
    }
}
