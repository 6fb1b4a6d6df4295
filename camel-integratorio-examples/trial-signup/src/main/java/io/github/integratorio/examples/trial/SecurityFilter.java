package io.github.integratorio.examples.trial;

import java.util.Locale;
import java.util.Map;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What holds for every answer, whichever route gives it, and the answers to requests that reach no route. */
final class SecurityFilter {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Pages pages;
    private final TrialConfig settings;

    SecurityFilter(Pages pages, TrialConfig settings) {
        this.pages = pages;
        this.settings = settings;
    }

    /** Stands before and behind all routes of a router. */
    void protect(Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::admit).failureHandler(this::failed);
        router.route().order(Integer.MAX_VALUE).handler(visit -> message(visit, 404, "There is no such page",
                "The address may be mistyped, or the page has moved."));
    }

    private void admit(RoutingContext visit) {
        visit.response().headers()
                .set("Content-Security-Policy", POLICY)
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "same-origin")
                .set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
                .set("Cross-Origin-Opener-Policy", "same-origin")
                .set("Cross-Origin-Resource-Policy", "same-origin")
                .set("Cache-Control", "no-store");
        if (settings.https()) {
            visit.response().putHeader("Strict-Transport-Security", "max-age=31536000");
        }
        String type = visit.request().getHeader("Content-Type");
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            // The server would write the files of such a form to the disk before any route is asked.
            message(visit, 415, "No files, please", "The form takes a name, an e-mail address and a company.");
        } else {
            visit.next();
        }
    }

    private void failed(RoutingContext visit) {
        if (visit.response().ended()) {
            return;
        }
        int status = visit.statusCode() < 400 ? 500 : visit.statusCode();
        if (status == 413 || status == 400) {
            message(visit, status, "That was more than this form takes",
                    "Nothing was taken down. Please go back to the form, and type less into it.");
        } else {
            message(visit, status, "That did not work", "The fault is ours. Please try again in a minute.");
        }
    }

    private void message(RoutingContext visit, int status, String title, String text) {
        visit.response().setStatusCode(status).putHeader("Content-Type", "text/html; charset=utf-8");
        visit.end(pages.text("message", Map.of("title", title, "text", text)));
    }
}
