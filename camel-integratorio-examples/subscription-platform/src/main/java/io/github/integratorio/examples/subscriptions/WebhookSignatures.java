package io.github.integratorio.examples.subscriptions;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks that a webhook comes from the billing system, and now. The header {@code Billing-Signature: t=1767225600,v1=5f2b…} holds the
 * seconds of the time it was sent, and HMAC-SHA256 over those digits, a dot and the body, in hexadecimal.
 */
final class WebhookSignatures {

    static final String HEADER = "Billing-Signature";

    private final List<String> secrets;
    private final Duration tolerance;
    private final Clock clock;

    /**
     * @param secrets   what the sender may have signed with: one, or two while a new one is rolled out
     * @param tolerance how far the time of sending may be from now, before or after
     * @param clock     says what is now
     */
    WebhookSignatures(List<String> secrets, Duration tolerance, Clock clock) {
        if (secrets.isEmpty() || secrets.stream().anyMatch(secret -> secret.length() < 16)) {
            throw new IllegalArgumentException("webhook.secrets: each needs at least 16 characters; give one or more, separated by commas");
        }
        this.secrets = List.copyOf(secrets);
        this.tolerance = tolerance;
        this.clock = clock;
    }

    /**
     * Checks the signature of a body.
     *
     * @param  header  as it came, or null
     * @throws RejectedException with 401 when it is missing, wrong, or of another time
     */
    void verify(String header, byte[] body) {
        String time = null;
        List<byte[]> given = new ArrayList<>();
        for (String part : header == null ? new String[0] : header.split(",", 10)) {
            if (part.matches("t=\\d{1,12}")) {
                time = part.substring(2);
            } else if (part.matches("v1=[0-9a-fA-F]{64}")) {
                given.add(HexFormat.of().parseHex(part.substring(3)));
            }
        }
        if (time == null || given.isEmpty()) {
            throw new RejectedException(401, HEADER + ": expected t=<seconds>,v1=<hexadecimal>");
        }
        if (!isSigned(time, body, given)) {
            throw new RejectedException(401, HEADER + ": is not right");
        }
        if (Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), clock.instant()).abs().compareTo(tolerance) > 0) {
            throw new RejectedException(401, HEADER + ": too old, or from the future");
        }
    }

    private boolean isSigned(String time, byte[] body, List<byte[]> given) {
        boolean signed = false;
        for (String secret : secrets) {
            byte[] right = hmac(secret, time, body);
            for (byte[] one : given) {
                // In constant time, and without an early end.
                signed |= MessageDigest.isEqual(right, one);
            }
        }
        return signed;
    }

    /** The header that a sender with this secret sends with the body at this time. */
    static String sign(String secret, Instant at, byte[] body) {
        String time = String.valueOf(at.getEpochSecond());
        return "t=" + time + ",v1=" + HexFormat.of().formatHex(hmac(secret, time, body));
    }

    private static byte[] hmac(String secret, String time, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((time + ".").getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every Java", e);
        }
    }
}
