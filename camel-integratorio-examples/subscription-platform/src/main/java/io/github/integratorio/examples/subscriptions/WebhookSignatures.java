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
 * Creates and verifies webhook signatures. The header {@code Billing-Signature: t=1767225600,v1=5f2b…} contains the time of sending in
 * epoch seconds, and the hexadecimal HMAC-SHA256 of these digits, a dot and the body.
 */
final class WebhookSignatures {

    static final String HEADER = "Billing-Signature";

    private final List<String> secrets;
    private final Duration tolerance;
    private final Clock clock;

    /**
     * @param secrets   the valid secrets: one, or two during a rotation
     * @param tolerance maximum difference between the time of sending and now
     * @param clock     the clock
     */
    WebhookSignatures(List<String> secrets, Duration tolerance, Clock clock) {
        if (secrets.isEmpty() || secrets.stream().anyMatch(secret -> secret.length() < 16)) {
            throw new IllegalArgumentException(
                    "webhook.secrets: expected one or more secrets of at least 16 characters each, separated by commas");
        }
        this.secrets = List.copyOf(secrets);
        this.tolerance = tolerance;
        this.clock = clock;
    }

    /**
     * Verifies the signature of a body.
     *
     * @param  header  the header's value, or null
     * @throws RejectedException with status 401 if the signature is missing, wrong or outside of the tolerance
     */
    void verify(String header, byte[] body) {
        String time = null;
        List<byte[]> signatures = new ArrayList<>();
        for (String part : header == null ? new String[0] : header.split(",", 10)) {
            if (part.matches("t=\\d{1,12}")) {
                time = part.substring(2);
            } else if (part.matches("v1=[0-9a-fA-F]{64}")) {
                signatures.add(HexFormat.of().parseHex(part.substring(3)));
            }
        }
        if (time == null || signatures.isEmpty()) {
            throw new RejectedException(401, HEADER + ": expected t=<seconds>,v1=<hexadecimal>");
        }
        if (!isSigned(time, body, signatures)) {
            throw new RejectedException(401, HEADER + ": wrong signature");
        }
        if (Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), clock.instant()).abs()
                .compareTo(tolerance) > 0) {
            throw new RejectedException(401, HEADER + ": the time is outside of the tolerance");
        }
    }

    private boolean isSigned(String time, byte[] body, List<byte[]> signatures) {
        boolean signed = false;
        for (String secret : secrets) {
            byte[] expected = hmac(secret, time, body);
            for (byte[] one : signatures) {
                // Compares every pair, in constant time.
                signed |= MessageDigest.isEqual(expected, one);
            }
        }
        return signed;
    }

    /** Creates the header for a body that is sent at this time. */
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
            throw new IllegalStateException("Every Java platform supports HmacSHA256", e);
        }
    }
}
