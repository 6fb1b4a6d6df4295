package io.github.integratorio.examples.trial;

import java.util.Locale;
import java.util.Map;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Adds the security headers to every response, rejects file uploads, and renders the error pages. */
final class SecurityFilter {

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Pages pages;
    private final TrialConfig config;

    SecurityFilter(Pages pages, TrialConfig config) {
        this.pages = pages;
        this.config = config;
    }

    /** Installs the filter before and after all routes of a router. */
    void install(Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::filter).failureHandler(this::handleFailure);
        router.route().order(Integer.MAX_VALUE).handler(context -> respond(context, 404, "Page not found",
                "The address may be mistyped, or the page has moved."));
    }

    private void filter(RoutingContext context) {
        context.response().headers()
                .set("Content-Security-Policy", POLICY)
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "same-origin")
                .set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
                .set("Cross-Origin-Opener-Policy", "same-origin")
                .set("Cross-Origin-Resource-Policy", "same-origin")
                .set("Cache-Control", "no-store");
        if (config.https()) {
            context.response().putHeader("Strict-Transport-Security", "max-age=31536000");
        }
        String type = context.request().getHeader("Content-Type");
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            // The server would write uploaded files to the disk before it calls a route.
            respond(context, 415, "Files are not accepted", "The form takes a name, an e-mail address and a company.");
        } else {
            context.next();
        }
    }

    private void handleFailure(RoutingContext context) {
        if (context.response().ended()) {
            return;
        }
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        if (status == 413 || status == 400) {
            respond(context, status, "The form is too long",
                    "Nothing was saved. Please go back to the form and shorten your entries.");
        } else {
            respond(context, status, "Something went wrong", "The error is on our side. Please try again in a minute.");
        }
    }

    private void respond(RoutingContext context, int status, String title, String text) {
        context.response().setStatusCode(status).putHeader("Content-Type", "text/html; charset=utf-8");
        context.end(pages.render("message", Map.of("title", title, "text", text)));
    }
}
