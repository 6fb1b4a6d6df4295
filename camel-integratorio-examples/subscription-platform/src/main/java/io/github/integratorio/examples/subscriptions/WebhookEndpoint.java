package io.github.integratorio.examples.subscriptions;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates webhooks and writes the HTTP responses. */
public final class WebhookEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookEndpoint.class);
    private static final int MAX_LENGTH = 64 * 1024;

    private final WebhookSignatures signatures;

    WebhookEndpoint(WebhookSignatures signatures) {
        this.signatures = signatures;
    }

    /**
     * Verifies the signature, then the content. Replaces the headers by {@code event}, its id, {@code customer}, and {@code relevant}, which
     * is true if the type affects licenses. The body becomes the event's text.
     *
     * @throws RejectedException if the webhook is not accepted
     */
    public void validate(Message message) {
        byte[] body = message.getBody(byte[].class);
        if (body == null || body.length == 0 || body.length > MAX_LENGTH) {
            throw new RejectedException(body == null || body.length == 0 ? 400 : 413,
                    "body: expected an event of at most " + MAX_LENGTH + " bytes");
        }
        signatures.verify(message.getHeader(WebhookSignatures.HEADER, String.class), body);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            BillingEvent event = BillingEvent.parse(text);
            boolean relevant = event.subscription() != null;
            message.getHeaders().clear();
            message.setHeader("event", event.id());
            message.setHeader("customer", relevant ? event.subscription().customer() : null);
            message.setHeader("relevant", relevant);
            message.setBody(text);
        } catch (CharacterCodingException e) {
            throw new RejectedException(400, "body: not valid UTF-8");
        } catch (IllegalArgumentException e) {
            throw new RejectedException(400, e.getMessage());
        }
    }

    /** Responds to an event that was queued. */
    public void respondQueued(Message message) {
        respond(message, 202, "queued");
    }

    /** Responds to a duplicate event; the sender must not send it again. */
    public void respondDuplicate(Message message) {
        respond(message, 200, "duplicate");
    }

    /** Responds to an event that does not affect licenses; after an error the sender would repeat it. */
    public void respondIgnored(Message message) {
        respond(message, 200, "ignored");
    }

    /** Responds to a rejected event, or with 503 if the queue cannot be written, so that the sender tries again. */
    public void respondError(Exchange exchange) {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (cause instanceof RejectedException rejected) {
            LOG.info("Rejected a webhook: {}", rejected.getMessage());
            respond(exchange.getMessage(), rejected.status(), rejected.getMessage());
        } else {
            LOG.error("Cannot write a webhook to the queue: {}", cause.toString());
            respond(exchange.getMessage(), 503, "the queue is not available");
            exchange.getMessage().setHeader("Retry-After", "10");
        }
    }

    private static void respond(Message message, int status, String result) {
        message.getHeaders().clear();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(Json.write(Map.of("result", result)));
    }
}
