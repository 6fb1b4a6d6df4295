package io.github.integratorio.examples.trial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Serves the style sheet, the script and the logo; no other file can be requested. */
public final class Assets {

    private static final Map<String, String> TYPES = Map.of("style.css", "text/css; charset=utf-8",
            "live.js", "text/javascript; charset=utf-8", "logo.svg", "image/svg+xml");

    private final Pages pages;
    private final TrialConfig config;
    private final Map<String, byte[]> contents = new HashMap<>();

    Assets(Pages pages, TrialConfig config) {
        this.pages = pages;
        this.config = config;
        TYPES.keySet().forEach(name -> contents.put(name, read(name)));
    }

    private static byte[] read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream("/assets/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Responds with the requested file. */
    public void serve(Exchange exchange) {
        String name = WebRequest.of(exchange, config).pathPart(1);
        byte[] content = contents.get(name);
        if (content == null) {
            pages.showMessage(exchange, 404, "Page not found", "The address may be mistyped, or the page has moved.");
            return;
        }
        Message message = pages.respond(exchange, 200, TYPES.get(name), content);
        message.setHeader("Cache-Control", "max-age=300");
    }
}
