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

/** Routes with one of Camel's own HTTP components, whose connection pools are too small by default. */
final class HttpRouteContender extends CamelContender {

    /** Adds an HTTP call to a route. */
    private interface HttpCall {
        ProcessorDefinition<?> add(ProcessorDefinition<?> route, String method, String path);
    }

    private final boolean blocks;
    private final ListDiff diff = new ListDiff();

    private HttpRouteContender(boolean blocks) {
        this.blocks = blocks;
    }

    /** The style of most examples: {@code toD} with the ids in the URL, and the method in a header. */
    static Contender dynamic(URI base, boolean vertx) throws Exception {
        String prefix = (vertx ? "vertx-http:" : "") + base;
        return new HttpRouteContender(!vertx).start(base, vertx, (route, method, path) -> route
                .setHeader(Exchange.HTTP_METHOD).constant(method)
                .setHeader(Exchange.CONTENT_TYPE).constant("application/json")
                .setHeader("Authorization").constant("Bearer secret")
                .toD(prefix + path));
    }

    /** The tuned style: one endpoint for each HTTP method, and the path in a header. */
    static Contender fixed(URI base, boolean vertx) throws Exception {
        String prefix = (vertx ? "vertx-http:" : "") + base + "?httpMethod=";
        return new HttpRouteContender(!vertx).start(base, vertx, (route, method, path) -> route
                .setHeader(Exchange.HTTP_PATH).simple(path)
                .setHeader(Exchange.CONTENT_TYPE).constant("application/json")
                .setHeader("Authorization").constant("Bearer secret")
                .to(prefix + method));
    }

    /** Uses camel-rest-openapi, which takes paths and methods from the API's OpenAPI document. */
    static Contender openApi(URI base) throws Exception {
        String prefix = "rest-openapi:file:" + System.getProperty("openapi") + "#";
        String options = "?componentName=http&host=" + base.getScheme() + "://" + base.getAuthority()
                + "&basePath=" + base.getPath();
        Map<String, String> operations = Map.of("POST", "createLicense", "GET/licenses/", "getLicense",
                "GET/licenses", "listLicenses", "GET/installBase", "listInstallBase", "PUT", "updateLicense");
        return new HttpRouteContender(true).start(base, false, (route, method, path) -> {
            String operation = operations.get(method.equals("GET")
                    ? method + path.replaceAll("/connectors/[^/]*|\\$\\{.*?}$", "") : method);
            return route.setHeader(Exchange.CONTENT_TYPE).constant("application/json")
                    .setHeader("Authorization").constant("Bearer secret")
                    .to(prefix + operation + options);
        });
    }

    private Contender start(URI base, boolean vertx, HttpCall call) throws Exception {
        if (vertx) {
            VertxHttpComponent component = new VertxHttpComponent();
            component.setWebClientOptions(new WebClientOptions().setMaxPoolSize(HttpClientContender.CONNECTIONS));
            camel.addComponent("vertx-http", component);
        } else {
            HttpComponent component = new HttpComponent();
            component.setConnectionsPerRoute(HttpClientContender.CONNECTIONS);
            component.setMaxTotalConnections(HttpClientContender.CONNECTIONS);
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
                call.add(from("direct:upsert").setProperty("wanted").body().setBody().constant(null), "GET", licenses)
                        .unmarshal().json().process(HttpRouteContender::toWrite)
                        .split().body().process(HttpRouteContender::prepareWrite).to("direct:put");
                call.add(from("direct:put").marshal().json(), "PUT", license).unmarshal().json();
                call.add(from("direct:poll"), "GET", "/connectors/" + SampleDocuments.NO_ID + "/installBase")
                        .unmarshal().json().process(exchange -> diff.compare(rows(exchange)));
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(Exchange exchange) {
        return exchange.getMessage().getBody(List.class);
    }

    @SuppressWarnings("unchecked")
    private static void toWrite(Exchange exchange) {
        List<Map<String, Object>> wanted = exchange.getProperty("wanted", List.class);
        exchange.getMessage().setBody(ListDiff.toWrite(rows(exchange), wanted).entrySet());
    }

    private static void prepareWrite(Exchange exchange) {
        Map.Entry<?, ?> write = (Map.Entry<?, ?>) exchange.getMessage().getBody();
        exchange.getMessage().setHeader("licenseId", write.getKey());
        exchange.getMessage().setBody(write.getValue());
    }

    @Override
    public boolean blocks(Operation operation) {
        return blocks;
    }

    @Override
    void setIds(Message message, Operation operation, VirtualUser user) {
        message.setHeader("connectorId", operation == Operation.POLL ? SampleDocuments.NO_ID : user.connectorId());
        if (operation == Operation.GET) {
            message.setHeader("licenseId", user.licenseId());
        }
    }

    @Override
    public long changes() {
        return diff.changes();
    }
}
