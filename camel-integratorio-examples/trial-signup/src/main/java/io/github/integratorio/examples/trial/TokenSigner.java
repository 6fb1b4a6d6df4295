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

/** Marks what this application gave out, so that it knows it again: the token of a form, the cookie of a log-in. */
final class TokenSigner {

    private static final String VISITOR = "visitor";
    private static final String VENDOR = "vendor";
    private static final String VENDOR_PATH = "/vendor";
    private static final Duration VISIT = Duration.ofDays(1);
    private static final Duration SHIFT = Duration.ofHours(8);

    private final SecretKeySpec key;
    private final byte[] vendorPassword;
    private final Clock clock;

    TokenSigner(TrialConfig settings, Clock clock) {
        this.key = new SecretKeySpec(settings.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        this.vendorPassword = settings.vendorPassword().getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
    }

    /** The token that a form of this visitor needs; the visitor is told apart by a cookie. */
    String formToken(WebRequest visit) {
        String visitor = visit.cookie(VISITOR);
        if (visitor == null || !visitor.matches(RandomName.PATTERN)) {
            visitor = RandomName.next();
            visit.cookie(VISITOR, visitor, "/", VISIT.toSeconds());
        }
        return mark("form " + visitor);
    }

    /** Whether a form was posted from a page that this visitor got from here, and not from somebody else's site. */
    boolean isOwnForm(WebRequest visit) {
        String visitor = visit.cookie(VISITOR);
        return visitor != null && same(visit.field("token"), mark("form " + visitor));
    }

    /** Lets the vendor in who knows the password; false when it is another one. */
    boolean logIn(WebRequest visit) {
        String typed = visit.field("password");
        if (typed == null || !MessageDigest.isEqual(digest(typed.getBytes(StandardCharsets.UTF_8)), digest(vendorPassword))) {
            return false;
        }
        String until = String.valueOf(clock.instant().plus(SHIFT).getEpochSecond());
        visit.cookie(VENDOR, until + "." + vendorMark(until), VENDOR_PATH, SHIFT.toSeconds());
        return true;
    }

    /** Makes the vendor's browser forget the log-in. */
    void logOut(WebRequest visit) {
        visit.cookie(VENDOR, "", VENDOR_PATH, 0);
    }

    /** Whether it is the vendor, logged in. */
    boolean isVendor(WebRequest visit) {
        String cookie = visit.cookie(VENDOR);
        if (cookie == null || !cookie.matches("\\d{1,12}\\..+")) {
            return false;
        }
        String until = cookie.substring(0, cookie.indexOf('.'));
        return same(cookie.substring(until.length() + 1), vendorMark(until))
                && Instant.ofEpochSecond(Long.parseLong(until)).isAfter(clock.instant());
    }

    private String vendorMark(String until) {
        // With the password in it: whoever changes that ends all log-ins.
        return mark("vendor " + until + " " + Base64.getEncoder().encodeToString(digest(vendorPassword)));
    }

    private String mark(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HmacSHA256", e);
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static boolean same(String given, String right) {
        return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
}
