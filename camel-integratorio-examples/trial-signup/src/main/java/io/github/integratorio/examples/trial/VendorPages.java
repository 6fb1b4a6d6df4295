package io.github.integratorio.examples.trial;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

import io.github.integratorio.examples.trial.SignUp.State;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The vendor's page: sign-ups, licenses and installs. Protected by a password. */
public final class VendorPages {

    private static final int ROWS = 50;
    private static final int ACTIVITIES = 10;
    private static final int SOON = 7;
    private static final int LOG_INS_PER_MINUTE = 10;

    private final Pages pages;
    private final SignUpRepository signUps;
    private final LicenseReplica replica;
    private final FeedAge feedAge;
    private final TokenSigner tokenSigner;
    private final RateLimiter logInLimiter = new RateLimiter(LOG_INS_PER_MINUTE);
    private final TrialConfig config;
    private final Clock clock;

    VendorPages(Pages pages, SignUpRepository signUps, LicenseReplica replica, FeedAge feedAge,
            TokenSigner tokenSigner, TrialConfig config, Clock clock) {
        this.pages = pages;
        this.signUps = signUps;
        this.replica = replica;
        this.feedAge = feedAge;
        this.tokenSigner = tokenSigner;
        this.config = config;
        this.clock = clock;
    }

    /** Shows the page, or the log-in form. */
    public void showPage(Exchange exchange) {
        WebRequest request = WebRequest.of(exchange, config);
        if (tokenSigner.isVendor(request)) {
            Map<String, Object> model = model();
            model.put("token", tokenSigner.issueFormToken(request));
            pages.show(exchange, 200, "vendor", model);
        } else {
            showLogIn(exchange, 401, null);
        }
    }

    /** Shows only the part of the page that changes; responds with 304 if it has not changed. */
    public void showLive(Exchange exchange) {
        WebRequest request = WebRequest.of(exchange, config);
        if (!tokenSigner.isVendor(request)) {
            showLogIn(exchange, 401, null);
            return;
        }
        byte[] body = pages.render("vendor-live", model()).getBytes(StandardCharsets.UTF_8);
        CRC32 sum = new CRC32();
        sum.update(body);
        String tag = '"' + Long.toHexString(sum.getValue()) + '"';
        boolean unchanged = tag.equals(request.header("If-None-Match"));
        Message response = pages.respond(exchange, unchanged ? 304 : 200, "text/html; charset=utf-8",
                unchanged ? new byte[0] : body);
        response.setHeader("ETag", tag);
    }

    /** Logs the vendor in. */
    public void logIn(Exchange exchange) {
        WebRequest request = WebRequest.of(exchange, config);
        long wait = logInLimiter.tryAcquire(request.clientAddress());
        if (wait > 0) {
            showLogIn(exchange, 429, "Too many attempts. Please wait " + wait + " seconds.");
            exchange.getMessage().setHeader("Retry-After", wait);
        } else if (!tokenSigner.hasValidFormToken(request)) {
            showLogIn(exchange, 403,
                    "This page was open for too long, or your browser does not accept cookies. Please try again.");
        } else if (!tokenSigner.logIn(request)) {
            showLogIn(exchange, 401, "The password is wrong.");
        } else {
            pages.redirect(exchange, "/vendor");
        }
    }

    /** Logs the vendor out. */
    public void logOut(Exchange exchange) {
        WebRequest request = WebRequest.of(exchange, config);
        if (tokenSigner.hasValidFormToken(request)) {
            tokenSigner.logOut(request);
        }
        pages.redirect(exchange, "/vendor");
    }

    private void showLogIn(Exchange exchange, int status, String error) {
        Map<String, Object> model = new HashMap<>();
        model.put("token", tokenSigner.issueFormToken(WebRequest.of(exchange, config)));
        model.put("error", error);
        pages.show(exchange, status, "log-in", model);
    }

    private Map<String, Object> model() {
        Instant now = clock.instant();
        Map<String, Object> model = new HashMap<>();
        List<LicenseReplica.Version> versions = replica.countVersions();
        long installs = versions.stream().mapToLong(LicenseReplica.Version::installs).sum();
        long waiting = signUps.count(State.WAITING);
        model.put("signUpCount", signUps.count(State.LICENSED) + signUps.count(State.UNKNOWN) + waiting);
        model.put("waitingCount", waiting);
        model.put("anyWaiting", waiting > 0);
        model.put("licenseCount", replica.countActive());
        model.put("expiringCount", replica.countExpiring(SOON));
        model.put("soon", SOON);
        model.put("installCount", installs);
        model.put("versions",
                versions.stream()
                        .map(one -> Map.of("version", String.valueOf(one.version()), "installs", one.installs(),
                                "all", installs))
                        .toList());
        model.put("signUps", signUps.findLatest(ROWS).stream().map(one -> signUp(one, now)).toList());
        model.put("licenses", replica.findLicenses(ROWS).stream().map(one -> license(one, now)).toList());
        model.put("installs", replica.findInstalls(ROWS).stream().map(VendorPages::install).toList());
        model.put("activity",
                replica.findActivities(ACTIVITIES).stream().map(one -> Map.of("seen", Formats.formatTime(one.seen()),
                        "seenIso", one.seen().toString(), "who", one.who(), "what", one.what())).toList());
        model.put("rows", ROWS);
        model.put("age", feedAge.text());
        model.put("failing", feedAge.isFailing());
        return model;
    }

    private static Map<String, Object> signUp(SignUp signUp, Instant now) {
        Map<String, Object> model = new HashMap<>();
        model.put("email", signUp.email());
        model.put("name", signUp.name());
        model.put("company", signUp.company());
        model.put("signedUp", Formats.formatTime(signUp.signedUp()));
        model.put("signedUpIso", signUp.signedUp().toString());
        model.put("problem", signUp.state() == State.WAITING ? signUp.problem() : null);
        switch (signUp.state()) {
            case WAITING -> model.putAll(badge("waiting", "waiting"));
            case UNKNOWN -> model.putAll(badge("ended", "no account"));
            case LICENSED -> model.putAll(badge(now, signUp.licenseExpires()));
        }
        return model;
    }

    private static Map<String, Object> license(LicenseReplica.Row license, Instant now) {
        Map<String, Object> model = new HashMap<>(badge(now, license.expires()));
        model.put("email", license.email());
        model.put("expires", Formats.formatDate(license.expires()));
        model.put("version", license.version());
        model.put("installed", license.installed());
        model.put("notice", license.notice() == null ? null : Formats.formatDate(license.notice()));
        return model;
    }

    private static Map<String, Object> install(LicenseReplica.Row install) {
        Map<String, Object> model = new HashMap<>();
        model.put("email", install.email());
        model.put("version", install.version());
        model.put("updating", install.updating());
        return model;
    }

    private static Map<String, Object> badge(Instant now, Instant end) {
        long days = Formats.daysLeft(now, end);
        return badge(days <= 0 ? "ended" : days <= SOON ? "soon" : "fine", Formats.formatDaysLeft(days));
    }

    private static Map<String, Object> badge(String kind, String text) {
        return Map.of("badge", kind, "badgeText", text);
    }
}
