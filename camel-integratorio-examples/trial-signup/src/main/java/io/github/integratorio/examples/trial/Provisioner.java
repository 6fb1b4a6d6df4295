package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.integratorio.camel.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.IntegratorioApiException;
import io.github.integratorio.camel.model.License;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Turns the sign-ups that wait into licenses, some at once. A sign-up is locked while it is worked on, and ticked off in the same
 * transaction: whenever this is cut short, the sign-up waits as before, and the next time finds the license if it was made.
 */
public final class Provisioner {

    private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);
    private static final int AT_ONCE = 200;
    /** A refusal that is not about the person will not go away in seconds. */
    private static final Duration REFUSED_PAUSE = Duration.ofMinutes(1);

    private final SignUps signUps;
    private final TransactionTemplate transaction;
    private final ProducerTemplate routes;
    private final TrialConfig settings;
    private final Clock clock;

    Provisioner(SignUps signUps, TransactionTemplate transaction, ProducerTemplate routes, TrialConfig settings, Clock clock) {
        this.signUps = signUps;
        this.transaction = transaction;
        this.routes = routes;
        this.settings = settings;
        this.clock = clock;
    }

    /** Provisions all whose turn it is. */
    public void run() {
        int taken;
        do {
            taken = transaction.execute(status -> some());
        } while (taken == AT_ONCE);
    }

    private int some() {
        List<SignUp> due = signUps.lockDue(AT_ONCE);
        if (due.isEmpty()) {
            return 0;
        }
        Map<String, License> existing;
        try {
            existing = existing(due);
        } catch (CamelExecutionException e) {
            postpone(due, e.getCause());
            return 0;
        }
        List<SignUp> without = new ArrayList<>();
        for (SignUp signUp : due) {
            License license = existing.get(key(signUp.email()));
            if (license == null) {
                without.add(signUp);
            } else {
                signUps.licensed(signUp, license.getId(), license.getExpires());
            }
        }
        // One instant for all: where a part is sent again, what is there already is what is wanted.
        license(without, clock.instant().plus(Duration.ofDays(settings.days())).truncatedTo(ChronoUnit.SECONDS));
        return due.size();
    }

    /**
     * Who of these has a license already, and which; of several, the one that lasts longest. They keep it as it is: an upsert would set the
     * end of a customer's license to that of a trial.
     */
    private Map<String, License> existing(List<SignUp> some) {
        Set<String> asked = some.stream().map(one -> key(one.email())).collect(Collectors.toSet());
        Map<String, License> existing = new HashMap<>();
        for (Object row : routes.requestBody("direct:licenses", null, List.class)) {
            License license = (License) row;
            if (license.getEmail() != null && asked.contains(key(license.getEmail())) && license.getExpires() != null) {
                existing.merge(key(license.getEmail()), license,
                        (one, other) -> other.getExpires().isAfter(one.getExpires()) ? other : one);
            }
        }
        return existing;
    }

    private void license(List<SignUp> some, Instant expires) {
        if (some.isEmpty()) {
            return;
        }
        List<License> wanted = some.stream()
                .map(one -> License.of(Map.of("email", one.email(), "expires", expires.toString()))).toList();
        try {
            List<?> licenses = routes.requestBody("direct:trial-licenses", wanted, List.class);
            for (int i = 0; i < some.size(); i++) {
                License license = (License) licenses.get(i);
                signUps.licensed(some.get(i), license.getId(), license.getExpires());
            }
        } catch (CamelExecutionException e) {
            if (!isAboutOne(e.getCause())) {
                postpone(some, e.getCause());
            } else if (some.size() > 1) {
                // One of them is refused, and the answer does not say which: halve until it is alone.
                license(some.subList(0, some.size() / 2), expires);
                license(some.subList(some.size() / 2, some.size()), expires);
            } else {
                refused(some.get(0), e.getCause());
            }
        }
    }

    /** Whether it is what was asked for that was refused, rather than everything. */
    private static boolean isAboutOne(Throwable cause) {
        return cause instanceof IllegalArgumentException
                || cause instanceof IntegratorioApiException api && (api.getStatusCode() == 400 || api.getStatusCode() == 422
                        || api.hasError("invalid_user"));
    }

    private void refused(SignUp signUp, Throwable cause) {
        if (cause instanceof IntegratorioApiException api && api.hasError("invalid_user")) {
            signUps.unknown(signUp, api.getErrors().stream().filter(error -> error.code().equals("invalid_user"))
                    .map(error -> error.message()).findFirst().orElse(null));
        } else {
            LOG.warn("A sign-up is refused: {}", cause.getMessage());
            signUps.postpone(signUp, cause.getMessage(), REFUSED_PAUSE);
        }
    }

    private void postpone(List<SignUp> some, Throwable cause) {
        LOG.warn("{} sign-ups wait: {}", some.size(), cause.getMessage());
        // When it is not known whether a license was made, it may be about to show: look again only later.
        Duration least = cause instanceof IntegratorioAmbiguousOutcomeException ? settings.doubtPause() : Duration.ZERO;
        some.forEach(one -> signUps.postpone(one, cause.getMessage(), least));
    }

    private static String key(String email) {
        return email.toLowerCase(Locale.ROOT);
    }
}
