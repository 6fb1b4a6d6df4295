package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.github.integratorio.examples.trial.SignUp.State;
import org.apache.camel.Exchange;

/** The public pages: the form and the state of a sign-up. */
public final class SignUpPages {

    /** Maximum length of a value that is shown again in the form. */
    private static final int MAX_SHOWN_LENGTH = 300;

    private final Pages pages;
    private final SignUpRepository signUps;
    private final TokenSigner tokenSigner;
    private final RateLimiter rateLimiter;
    private final TrialConfig config;
    private final Clock clock;

    SignUpPages(Pages pages, SignUpRepository signUps, TokenSigner tokenSigner, TrialConfig config, Clock clock) {
        this.pages = pages;
        this.signUps = signUps;
        this.tokenSigner = tokenSigner;
        this.rateLimiter = new RateLimiter(config.submitsPerMinute());
        this.config = config;
        this.clock = clock;
    }

    /** Shows the empty form. */
    public void showForm(Exchange exchange) {
        showForm(exchange, 200, SignUpForm.empty(), null);
    }

    /** Saves a sign-up, or shows the form again with the errors. */
    public void submit(Exchange exchange) {
        WebRequest request = WebRequest.of(exchange, config);
        SignUpForm form = SignUpForm.of(request.field("name"), request.field("email"), request.field("company"));
        long wait = rateLimiter.tryAcquire(request.clientAddress());
        if (wait > 0) {
            showForm(exchange, 429, form, "There were too many sign-ups from your network. Please wait "
                    + (wait == 1 ? "1 second" : wait + " seconds") + " and press the button again.");
            exchange.getMessage().setHeader("Retry-After", wait);
        } else if (!tokenSigner.hasValidFormToken(request)) {
            showForm(exchange, 403, form, "This page was open for too long, or your browser does not accept cookies. "
                    + "Please press the button again.");
        } else if (!form.isValid()) {
            showForm(exchange, 422, form, null);
        } else {
            pages.redirect(exchange, "/trial/" + signUps.add(form).id());
        }
    }

    private void showForm(Exchange exchange, int status, SignUpForm form, String notice) {
        Map<String, Object> model = new HashMap<>();
        model.put("token", tokenSigner.issueFormToken(WebRequest.of(exchange, config)));
        model.put("notice", notice);
        model.put("name", truncate(form.name()));
        model.put("email", truncate(form.email()));
        model.put("company", truncate(form.company()));
        // Shows field errors only if they are the reason.
        Map<String, String> errors = status == 422 ? form.errors() : Map.of();
        model.put("anyError", !errors.isEmpty());
        model.put("nameError", errors.get("name"));
        model.put("emailError", errors.get("email"));
        model.put("companyError", errors.get("company"));
        model.put("longest", SignUpForm.MAX_LENGTH);
        model.put("longestEmail", SignUpForm.MAX_EMAIL_LENGTH);
        pages.show(exchange, status, "form", model);
    }

    private static String truncate(String text) {
        return text.length() <= MAX_SHOWN_LENGTH ? text : text.substring(0, MAX_SHOWN_LENGTH);
    }

    /** Shows the state of a sign-up. */
    public void showTrial(Exchange exchange) {
        show(exchange, "trial");
    }

    /** Shows only the part of that page that changes. */
    public void showTrialState(Exchange exchange) {
        show(exchange, "trial-state");
    }

    /** Retries a sign-up that failed because the person had no account. */
    public void retry(Exchange exchange) {
        WebRequest request = WebRequest.of(exchange, config);
        Optional<SignUp> found = find(request);
        if (found.isEmpty()) {
            showNotFound(exchange);
            return;
        }
        if (tokenSigner.hasValidFormToken(request) && rateLimiter.tryAcquire(request.clientAddress()) == 0) {
            signUps.retry(found.get().id());
        }
        pages.redirect(exchange, "/trial/" + found.get().id());
    }

    private void show(Exchange exchange, String template) {
        WebRequest request = WebRequest.of(exchange, config);
        Optional<SignUp> found = find(request);
        if (found.isEmpty()) {
            showNotFound(exchange);
            return;
        }
        // Anybody who enters an address sees this page, so it shows neither name nor company.
        SignUp signUp = found.get();
        Map<String, Object> model = new HashMap<>();
        model.put("id", signUp.id());
        model.put("token", tokenSigner.issueFormToken(request));
        model.put("email", Formats.maskEmail(signUp.email()));
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
            model.put("expires", Formats.formatDate(signUp.licenseExpires()));
            model.put("expiresIso", signUp.licenseExpires().toString());
            model.put("left", Formats.formatDaysLeft(days));
            model.put("installed", signUp.installed());
        }
        pages.show(exchange, 200, template, model);
    }

    private Optional<SignUp> find(WebRequest request) {
        String id = request.pathPart(1);
        return id.matches(RandomId.PATTERN) ? signUps.find(id) : Optional.empty();
    }

    private void showNotFound(Exchange exchange) {
        pages.showMessage(exchange, 404, "Sign-up not found",
                "The link may be incomplete. You can simply sign up again: "
                        + "you will not get a second license.");
    }

    /** Shows an error page; the log has the details. */
    public void showError(Exchange exchange) {
        pages.showMessage(exchange, 503, "Something went wrong",
                "The error is on our side, and we cannot save your sign-up at the moment. "
                        + "Please try again in a minute.");
    }
}
