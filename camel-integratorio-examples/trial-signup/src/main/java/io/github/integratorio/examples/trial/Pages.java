package io.github.integratorio.examples.trial;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import com.github.mustachejava.DefaultMustacheFactory;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Answers with a page made of a template, or with a redirect. */
final class Pages {

    private final DefaultMustacheFactory templates = new DefaultMustacheFactory("pages");
    private final Map<String, Object> everywhere;

    Pages(TrialConfig settings) {
        everywhere = Map.of("product", settings.product(), "vendor", settings.vendor(), "days", settings.days(), "demo", settings.demo());
    }

    /** A page as text; whatever the model holds is escaped by the template. */
    String text(String template, Map<String, ?> model) {
        Map<String, Object> all = new HashMap<>(everywhere);
        all.putAll(model);
        StringWriter out = new StringWriter();
        templates.compile(template + ".mustache").execute(out, all);
        return out.toString();
    }

    /** Answers with a page. */
    void show(Exchange exchange, int status, String template, Map<String, ?> model) {
        answer(exchange, status, "text/html; charset=utf-8", text(template, model).getBytes(StandardCharsets.UTF_8));
    }

    /** Answers with a page that says something went another way. */
    void showMessage(Exchange exchange, int status, String title, String text) {
        show(exchange, status, "message", Map.of("title", title, "text", text));
    }

    /** Sends the browser to a page of this site, by GET. */
    void redirect(Exchange exchange, String path) {
        answer(exchange, 303, "text/plain; charset=utf-8", new byte[0]).setHeader("Location", path);
    }

    /** Answers with bytes. */
    Message answer(Exchange exchange, int status, String type, byte[] body) {
        Message message = exchange.getMessage();
        // Or the visitor's own headers and fields would be headers of the answer.
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setBody(body);
        return message;
    }
}
