package io.github.integratorio.benchmarks;

import java.net.URI;
import java.util.List;
import java.util.Map;

import io.vertx.ext.web.client.WebClientOptions;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.vertx.http.VertxHttpComponent;
import org.apache.camel.model.ProcessorDefinition;

/** Routes over one of Camel's own HTTP components. Their connection pools are made large enough, for by default they are not. */
final class HttpRoutes extends CamelContender {

    /** How the URL, the HTTP method and the rest come to the HTTP component. */
    private interface Call {
        ProcessorDefinition<?> add(ProcessorDefinition<?> route, String method, String path);
    }

    private final boolean blocks;
    private final Differences differences = new Differences();

    private HttpRoutes(boolean blocks) {
        this.blocks = blocks;
    }

    /** As most examples write it: {@code toD} with the ids in the URL, and the method in a header. */
    static Contender dynamic(URI base, boolean vertx) throws Exception {
        String prefix = (vertx ? "vertx-http:" : "") + base;
        return new HttpRoutes(!vertx).start(base, vertx, (route, method, path) -> route
                .setHeader(Exchange.HTTP_METHOD).constant(method)
                .setHeader(Exchange.CONTENT_TYPE).constant("application/json")
                .setHeader("Authorization").constant("Bearer secret")
                .toD(prefix + path));
    }

    /** As somebody writes it who has looked up how to make it fast: one endpoint for each method, the path in a header. */
    static Contender fixed(URI base, boolean vertx) throws Exception {
        String prefix = (vertx ? "vertx-http:" : "") + base + "?httpMethod=";
        return new HttpRoutes(!vertx).start(base, vertx, (route, method, path) -> route
                .setHeader(Exchange.HTTP_PATH).simple(path)
                .setHeader(Exchange.CONTENT_TYPE).constant("application/json")
                .setHeader("Authorization").constant("Bearer secret")
                .to(prefix + method));
    }

    /** With the API's description, which has the paths and methods. */
    static Contender described(URI base) throws Exception {
        String prefix = "rest-openapi:file:" + System.getProperty("openapi") + "#";
        String options = "?componentName=http&host=" + base.getScheme() + "://" + base.getAuthority() + "&basePath=" + base.getPath();
        Map<String, String> operations = Map.of("POST", "createLicense", "GET/licenses/", "getLicense", "GET/licenses", "listLicenses",
                "GET/installBase", "listInstallBase", "PUT", "updateLicense");
        return new HttpRoutes(true).start(base, false, (route, method, path) -> {
            String operation = operations.get(method.equals("GET") ? method + path.replaceAll("/connectors/[^/]*|\\$\\{.*?}$", "") : method);
            return route.setHeader(Exchange.CONTENT_TYPE).constant("application/json")
                    .setHeader("Authorization").constant("Bearer secret")
                    .to(prefix + operation + options);
        });
    }

    private Contender start(URI base, boolean vertx, Call call) throws Exception {
        if (vertx) {
            VertxHttpComponent component = new VertxHttpComponent();
            component.setWebClientOptions(new WebClientOptions().setMaxPoolSize(ByHand.CONNECTIONS));
            camel.addComponent("vertx-http", component);
        } else {
            HttpComponent component = new HttpComponent();
            component.setConnectionsPerRoute(ByHand.CONNECTIONS);
            component.setMaxTotalConnections(ByHand.CONNECTIONS);
            camel.addComponent("http", component);
        }
        return start(new RouteBuilder() {
            @Override
            public void configure() {
                String licenses = "/connectors/${header.connectorId}/licenses";
                String license = licenses + "/${header.licenseId}";
                call.add(from("direct:create").marshal().json(), "POST", licenses).unmarshal().json();
                call.add(from("direct:get"), "GET", license).unmarshal().json();
                call.add(from("direct:list"), "GET", licenses).unmarshal().json();
                call.add(from("direct:upsert").setProperty("wanted").body().setBody().constant(null), "GET", licenses).unmarshal().json()
                        .process(HttpRoutes::toWrite).split().body().process(HttpRoutes::write).to("direct:put");
                call.add(from("direct:put").marshal().json(), "PUT", license).unmarshal().json();
                call.add(from("direct:poll"), "GET", "/connectors/" + Samples.NO_ID + "/installBase").unmarshal().json()
                        .process(exchange -> differences.compare(rows(exchange)));
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(Exchange exchange) {
        return exchange.getMessage().getBody(List.class);
    }

    @SuppressWarnings("unchecked")
    private static void toWrite(Exchange exchange) {
        exchange.getMessage().setBody(Differences.toWrite(rows(exchange), exchange.getProperty("wanted", List.class)).entrySet());
    }

    private static void write(Exchange exchange) {
        Map.Entry<?, ?> change = (Map.Entry<?, ?>) exchange.getMessage().getBody();
        exchange.getMessage().setHeader("licenseId", change.getKey());
        exchange.getMessage().setBody(change.getValue());
    }

    @Override
    public boolean blocks(Work work) {
        return blocks;
    }

    @Override
    void address(Message message, Work work, Caller caller) {
        message.setHeader("connectorId", work == Work.POLL ? Samples.NO_ID : caller.connectorId());
        if (work == Work.GET) {
            message.setHeader("licenseId", caller.licenseId());
        }
    }

    @Override
    public long changes() {
        return differences.changes();
    }
}
