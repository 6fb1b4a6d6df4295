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

/** The vendor's page: who signed up, who has which license for how long, who has installed what. For whoever knows the password. */
public final class VendorPages {

    private static final int ROWS = 50;
    private static final int ACTIVITIES = 10;
    private static final int SOON = 7;
    private static final int LOG_INS_PER_MINUTE = 10;

    private final Pages pages;
    private final SignUps signUps;
    private final LicenseReplica mirror;
    private final TokenSigner seal;
    private final RateLimiter logIns = new RateLimiter(LOG_INS_PER_MINUTE);
    private final TrialConfig settings;
    private final Clock clock;

    VendorPages(Pages pages, SignUps signUps, LicenseReplica mirror, TokenSigner seal, TrialConfig settings, Clock clock) {
        this.pages = pages;
        this.signUps = signUps;
        this.mirror = mirror;
        this.seal = seal;
        this.settings = settings;
        this.clock = clock;
    }

    /** Shows the page, or the log-in. */
    public void page(Exchange exchange) {
        WebRequest visit = WebRequest.of(exchange, settings);
        if (seal.isVendor(visit)) {
            Map<String, Object> model = model();
            model.put("token", seal.formToken(visit));
            pages.show(exchange, 200, "vendor", model);
        } else {
            logInForm(exchange, 401, null);
        }
    }

    /** Only the part of the page that changes; 304 when it has not. */
    public void live(Exchange exchange) {
        WebRequest visit = WebRequest.of(exchange, settings);
        if (!seal.isVendor(visit)) {
            logInForm(exchange, 401, null);
            return;
        }
        byte[] body = pages.text("vendor-live", model()).getBytes(StandardCharsets.UTF_8);
        CRC32 sum = new CRC32();
        sum.update(body);
        String tag = '"' + Long.toHexString(sum.getValue()) + '"';
        boolean unchanged = tag.equals(visit.header("If-None-Match"));
        Message answer = pages.answer(exchange, unchanged ? 304 : 200, "text/html; charset=utf-8", unchanged ? new byte[0] : body);
        answer.setHeader("ETag", tag);
    }

    /** Lets the vendor in. */
    public void logIn(Exchange exchange) {
        WebRequest visit = WebRequest.of(exchange, settings);
        long wait = logIns.take(visit.address());
        if (wait > 0) {
            logInForm(exchange, 429, "Too many attempts. Please wait " + wait + " seconds.");
            exchange.getMessage().setHeader("Retry-After", wait);
        } else if (!seal.isOwnForm(visit)) {
            logInForm(exchange, 403, "This page has been open for too long, or your browser keeps no cookies. Please try again.");
        } else if (!seal.logIn(visit)) {
            logInForm(exchange, 401, "This is not the password.");
        } else {
            pages.redirect(exchange, "/vendor");
        }
    }

    /** Lets the vendor out. */
    public void logOut(Exchange exchange) {
        WebRequest visit = WebRequest.of(exchange, settings);
        if (seal.isOwnForm(visit)) {
            seal.logOut(visit);
        }
        pages.redirect(exchange, "/vendor");
    }

    private void logInForm(Exchange exchange, int status, String error) {
        Map<String, Object> model = new HashMap<>();
        model.put("token", seal.formToken(WebRequest.of(exchange, settings)));
        model.put("error", error);
        pages.show(exchange, status, "log-in", model);
    }

    private Map<String, Object> model() {
        Instant now = clock.instant();
        Map<String, Object> model = new HashMap<>();
        List<LicenseReplica.Version> versions = mirror.versions();
        long installs = versions.stream().mapToLong(LicenseReplica.Version::installs).sum();
        long waiting = signUps.count(State.WAITING);
        model.put("signUpCount", signUps.count(State.LICENSED) + signUps.count(State.UNKNOWN) + waiting);
        model.put("waitingCount", waiting);
        model.put("anyWaiting", waiting > 0);
        model.put("licenseCount", mirror.licensesRunning());
        model.put("endingCount", mirror.licensesEnding(SOON));
        model.put("soon", SOON);
        model.put("installCount", installs);
        model.put("versions", versions.stream().map(one -> Map.of("version", String.valueOf(one.version()), "installs", one.installs(),
                "all", installs)).toList());
        model.put("signUps", signUps.latest(ROWS).stream().map(one -> signUp(one, now)).toList());
        model.put("licenses", mirror.licenses(ROWS).stream().map(one -> license(one, now)).toList());
        model.put("installs", mirror.installs(ROWS).stream().map(VendorPages::install).toList());
        model.put("activity", mirror.activity(ACTIVITIES).stream().map(one -> Map.of("seen", Formats.time(one.seen()),
                "seenIso", one.seen().toString(), "who", one.who(), "what", one.what())).toList());
        model.put("rows", ROWS);
        return model;
    }

    private static Map<String, Object> signUp(SignUp signUp, Instant now) {
        Map<String, Object> model = new HashMap<>();
        model.put("email", signUp.email());
        model.put("name", signUp.name());
        model.put("company", signUp.company());
        model.put("signedUp", Formats.time(signUp.signedUp()));
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
        model.put("expires", Formats.date(license.expires()));
        model.put("version", license.version());
        model.put("installed", license.installed());
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
        return badge(days <= 0 ? "ended" : days <= SOON ? "soon" : "fine", Formats.left(days));
    }

    private static Map<String, Object> badge(String kind, String text) {
        return Map.of("badge", kind, "badgeText", text);
    }
}
