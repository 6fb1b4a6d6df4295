package io.github.integratorio.examples.trial;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import com.github.mustachejava.DefaultMustacheFactory;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Renders templates and writes HTTP responses. */
final class Pages {

    private final DefaultMustacheFactory templates = new DefaultMustacheFactory("pages");
    private final Map<String, Object> commonModel;

    Pages(TrialConfig config) {
        commonModel = Map.of("product", config.product(), "vendor", config.vendor(), "days", config.days(), "demo",
                config.demo());
    }

    /** Renders a template, which escapes all values of the model. */
    String render(String template, Map<String, ?> model) {
        Map<String, Object> all = new HashMap<>(commonModel);
        all.putAll(model);
        StringWriter out = new StringWriter();
        templates.compile(template + ".mustache").execute(out, all);
        return out.toString();
    }

    /** Responds with a page. */
    void show(Exchange exchange, int status, String template, Map<String, ?> model) {
        respond(exchange, status, "text/html; charset=utf-8", render(template, model).getBytes(StandardCharsets.UTF_8));
    }

    /** Responds with a page that shows a message. */
    void showMessage(Exchange exchange, int status, String title, String text) {
        show(exchange, status, "message", Map.of("title", title, "text", text));
    }

    /** Redirects to a page of this site. */
    void redirect(Exchange exchange, String path) {
        respond(exchange, 303, "text/plain; charset=utf-8", new byte[0]).setHeader("Location", path);
    }

    /** Responds with a body. */
    Message respond(Exchange exchange, int status, String type, byte[] body) {
        Message message = exchange.getMessage();
        // Otherwise request headers and form fields would become response headers.
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setBody(body);
        return message;
    }
}
