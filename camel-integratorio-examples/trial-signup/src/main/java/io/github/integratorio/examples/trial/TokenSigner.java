package io.github.integratorio.examples.trial;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs and verifies form tokens and the log-in cookie with HMAC-SHA256. */
final class TokenSigner {

    private static final String VISITOR = "visitor";
    private static final String VENDOR = "vendor";
    private static final String VENDOR_PATH = "/vendor";
    private static final Duration FORM_LIFETIME = Duration.ofDays(1);
    private static final Duration LOG_IN_LIFETIME = Duration.ofHours(8);

    private final SecretKeySpec key;
    private final byte[] vendorPassword;
    private final Clock clock;

    TokenSigner(TrialConfig config, Clock clock) {
        this.key = new SecretKeySpec(config.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        this.vendorPassword = config.vendorPassword().getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
    }

    /** Returns the form token of this visitor, whom a cookie identifies; sets the cookie if it is missing. */
    String issueFormToken(WebRequest request) {
        String visitor = request.cookie(VISITOR);
        if (visitor == null || !visitor.matches(RandomId.PATTERN)) {
            visitor = RandomId.generate();
            request.setCookie(VISITOR, visitor, "/", FORM_LIFETIME.toSeconds());
        }
        return sign("form " + visitor);
    }

    /** Tests whether the form comes from a page of this site that was sent to this visitor, which prevents CSRF. */
    boolean hasValidFormToken(WebRequest request) {
        String visitor = request.cookie(VISITOR);
        return visitor != null && isEqual(request.field("token"), sign("form " + visitor));
    }

    /** Sets the log-in cookie if the password is correct; otherwise returns false. */
    boolean logIn(WebRequest request) {
        String typed = request.field("password");
        if (typed == null
                || !MessageDigest.isEqual(digest(typed.getBytes(StandardCharsets.UTF_8)), digest(vendorPassword))) {
            return false;
        }
        String until = String.valueOf(clock.instant().plus(LOG_IN_LIFETIME).getEpochSecond());
        request.setCookie(VENDOR, until + "." + signVendor(until), VENDOR_PATH, LOG_IN_LIFETIME.toSeconds());
        return true;
    }

    /** Deletes the log-in cookie. */
    void logOut(WebRequest request) {
        request.setCookie(VENDOR, "", VENDOR_PATH, 0);
    }

    /** Tests for a valid log-in cookie. */
    boolean isVendor(WebRequest request) {
        String cookie = request.cookie(VENDOR);
        if (cookie == null || !cookie.matches("\\d{1,12}\\..+")) {
            return false;
        }
        String until = cookie.substring(0, cookie.indexOf('.'));
        return isEqual(cookie.substring(until.length() + 1), signVendor(until))
                && Instant.ofEpochSecond(Long.parseLong(until)).isAfter(clock.instant());
    }

    private String signVendor(String until) {
        // Includes the password, so that a new password invalidates all log-ins.
        return sign("vendor " + until + " " + Base64.getEncoder().encodeToString(digest(vendorPassword)));
    }

    private String sign(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform supports HmacSHA256", e);
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform supports SHA-256", e);
        }
    }

    private static boolean isEqual(String actual, String expected) {
        return actual != null && MessageDigest.isEqual(actual.getBytes(StandardCharsets.UTF_8),
                expected.getBytes(StandardCharsets.UTF_8));
    }
}
