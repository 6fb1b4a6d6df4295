package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.github.integratorio.examples.trial.SignUp.State;
import org.apache.camel.Exchange;

/** The pages for everybody: the form, and what became of a sign-up. */
public final class SignUpPages {

    /** What a field that is much too long is cut to when the form is shown again. */
    private static final int KEPT = 300;

    private final Pages pages;
    private final SignUps signUps;
    private final TokenSigner seal;
    private final RateLimiter limit;
    private final TrialConfig settings;
    private final Clock clock;

    SignUpPages(Pages pages, SignUps signUps, TokenSigner seal, TrialConfig settings, Clock clock) {
        this.pages = pages;
        this.signUps = signUps;
        this.seal = seal;
        this.limit = new RateLimiter(settings.submitsPerMinute());
        this.settings = settings;
        this.clock = clock;
    }

    /** Shows the empty form. */
    public void form(Exchange exchange) {
        form(exchange, 200, SignUpForm.empty(), null);
    }

    /** Takes a sign-up down, or shows the form again with what is wrong. The body is the sign-up's id when there is something to do. */
    public void submit(Exchange exchange) {
        WebRequest visit = WebRequest.of(exchange, settings);
        SignUpForm form = SignUpForm.of(visit.field("name"), visit.field("email"), visit.field("company"));
        long wait = limit.take(visit.address());
        if (wait > 0) {
            form(exchange, 429, form, "There were too many sign-ups from your network just now. Please wait "
                    + (wait == 1 ? "a second" : wait + " seconds") + ", then press the button again.");
            exchange.getMessage().setHeader("Retry-After", wait);
        } else if (!seal.isOwnForm(visit)) {
            form(exchange, 403, form, "This page has been open for too long, or your browser keeps no cookies. "
                    + "Please press the button again.");
        } else if (!form.isValid()) {
            form(exchange, 422, form, null);
        } else {
            pages.redirect(exchange, "/trial/" + signUps.add(form).id());
        }
    }

    private void form(Exchange exchange, int status, SignUpForm form, String notice) {
        Map<String, Object> model = new HashMap<>();
        model.put("token", seal.formToken(WebRequest.of(exchange, settings)));
        model.put("notice", notice);
        model.put("name", kept(form.name()));
        model.put("email", kept(form.email()));
        model.put("company", kept(form.company()));
        // A form that is shown again for another reason does not also complain of its fields.
        Map<String, String> errors = status == 422 ? form.errors() : Map.of();
        model.put("anyError", !errors.isEmpty());
        model.put("nameError", errors.get("name"));
        model.put("emailError", errors.get("email"));
        model.put("companyError", errors.get("company"));
        model.put("longest", SignUpForm.LONGEST);
        model.put("longestEmail", SignUpForm.LONGEST_EMAIL);
        pages.show(exchange, status, "form", model);
    }

    private static String kept(String text) {
        return text.length() <= KEPT ? text : text.substring(0, KEPT);
    }

    /** Shows what became of a sign-up. */
    public void trial(Exchange exchange) {
        show(exchange, "trial");
    }

    /** Only the part of that page that changes. */
    public void trialState(Exchange exchange) {
        show(exchange, "trial-state");
    }

    /** Tries a sign-up again whose person had no account. */
    public void retry(Exchange exchange) {
        WebRequest visit = WebRequest.of(exchange, settings);
        Optional<SignUp> found = find(visit);
        if (found.isEmpty()) {
            missing(exchange);
            return;
        }
        if (seal.isOwnForm(visit) && limit.take(visit.address()) == 0) {
            signUps.retry(found.get().id());
        }
        pages.redirect(exchange, "/trial/" + found.get().id());
    }

    private void show(Exchange exchange, String template) {
        WebRequest visit = WebRequest.of(exchange, settings);
        Optional<SignUp> found = find(visit);
        if (found.isEmpty()) {
            missing(exchange);
            return;
        }
        // Whoever typed an address sees this page, also when somebody else signed up with it: so neither name nor company is on it.
        SignUp signUp = found.get();
        Map<String, Object> model = new HashMap<>();
        model.put("id", signUp.id());
        model.put("token", seal.formToken(visit));
        model.put("email", Formats.masked(signUp.email()));
        boolean waiting = signUp.state() == State.WAITING;
        model.put("waiting", waiting);
        model.put("fresh", waiting && signUp.attempts() == 0);
        model.put("late", waiting && signUp.attempts() > 0);
        model.put("unknown", signUp.state() == State.UNKNOWN);
        model.put("advice", signUp.problem());
        if (signUp.state() == State.LICENSED) {
            long days = Formats.daysLeft(clock.instant(), signUp.licenseExpires());
            model.put("licensed", true);
            model.put("over", days <= 0);
            model.put("expires", Formats.date(signUp.licenseExpires()));
            model.put("expiresIso", signUp.licenseExpires().toString());
            model.put("left", Formats.left(days));
            model.put("installed", signUp.installed());
        }
        pages.show(exchange, 200, template, model);
    }

    private Optional<SignUp> find(WebRequest visit) {
        String id = visit.pathPart(1);
        return id.matches(RandomName.PATTERN) ? signUps.find(id) : Optional.empty();
    }

    private void missing(Exchange exchange) {
        pages.showMessage(exchange, 404, "There is no such sign-up", "The link may be incomplete. You can simply sign up again: "
                + "nobody gets two licenses.");
    }

    /** Says that something is wrong here; what it is, is for the log. */
    public void broken(Exchange exchange) {
        pages.showMessage(exchange, 503, "That did not work", "The fault is ours, and we cannot take your sign-up down just now. "
                + "Please try again in a minute.");
    }
}
