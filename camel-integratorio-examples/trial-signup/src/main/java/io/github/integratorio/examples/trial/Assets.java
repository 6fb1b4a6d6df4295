package io.github.integratorio.examples.trial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The style, the script and the pictures: these few, by name, and nothing else of the class path or the disk. */
public final class Assets {

    private static final Map<String, String> TYPES = Map.of("style.css", "text/css; charset=utf-8",
            "live.js", "text/javascript; charset=utf-8", "logo.svg", "image/svg+xml");

    private final Pages pages;
    private final TrialConfig settings;
    private final Map<String, byte[]> contents = new HashMap<>();

    Assets(Pages pages, TrialConfig settings) {
        this.pages = pages;
        this.settings = settings;
        TYPES.keySet().forEach(name -> contents.put(name, read(name)));
    }

    private static byte[] read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream("/assets/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers with one of them. */
    public void serve(Exchange exchange) {
        String name = WebRequest.of(exchange, settings).pathPart(1);
        byte[] content = contents.get(name);
        if (content == null) {
            pages.showMessage(exchange, 404, "There is no such page", "The address may be mistyped, or the page has moved.");
            return;
        }
        Message message = pages.answer(exchange, 200, TYPES.get(name), content);
        message.setHeader("Cache-Control", "max-age=300");
    }
}
