package io.github.integratorio.examples.subscriptions;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets webhooks in, or says why not. */
public final class WebhookEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookEndpoint.class);
    private static final int LONGEST = 64 * 1024;

    private final WebhookSignatures signatures;

    WebhookEndpoint(WebhookSignatures signatures) {
        this.signatures = signatures;
    }

    /**
     * Checks the signature, then the content. Leaves the event's text as the body, and of the headers only {@code event}, its id,
     * {@code customer}, and {@code relevant}, whether it is of a type that changes a license.
     *
     * @throws RejectedException when it is not taken
     */
    public void check(Message message) {
        byte[] body = message.getBody(byte[].class);
        if (body == null || body.length == 0 || body.length > LONGEST) {
            throw new RejectedException(body == null || body.length == 0 ? 400 : 413, "expected an event of at most " + LONGEST + " bytes");
        }
        signatures.verify(message.getHeader(WebhookSignatures.HEADER, String.class), body);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            BillingEvent event = BillingEvent.read(text);
            boolean relevant = event.subscription() != null;
            message.getHeaders().clear();
            message.setHeader("event", event.id());
            message.setHeader("customer", relevant ? event.subscription().customer() : null);
            message.setHeader("relevant", relevant);
            message.setBody(text);
        } catch (CharacterCodingException e) {
            throw new RejectedException(400, "not UTF-8");
        } catch (IllegalArgumentException e) {
            throw new RejectedException(400, e.getMessage());
        }
    }

    /** Answers an event that is in the queue now. */
    public void queued(Message message) {
        answer(message, 202, "queued");
    }

    /** Answers an event that came before: nothing is done, and the sender shall not send it once more. */
    public void repeated(Message message) {
        answer(message, 200, "repeated");
    }

    /** Answers an event that is not of interest; an error would only make the sender repeat it. */
    public void ignored(Message message) {
        answer(message, 200, "ignored");
    }

    /** Answers what was refused, or could not be written to the queue: then the sender shall try again. */
    public void failed(Exchange exchange) {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (cause instanceof RejectedException refused) {
            LOG.info("A webhook was refused: {}", refused.getMessage());
            answer(exchange.getMessage(), refused.status(), refused.getMessage());
        } else {
            LOG.error("The queue takes no webhooks: {}", cause.toString());
            answer(exchange.getMessage(), 503, "the queue is not available");
            exchange.getMessage().setHeader("Retry-After", "10");
        }
    }

    private static void answer(Message message, int status, String result) {
        message.getHeaders().clear();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(Json.text(Map.of("result", result)));
    }
}
