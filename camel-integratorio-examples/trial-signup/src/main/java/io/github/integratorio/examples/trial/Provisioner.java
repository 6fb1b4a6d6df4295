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

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.License;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Creates licenses for waiting sign-ups, in batches. A batch is locked and completed in one transaction: after a crash its sign-ups still
 * wait, and the next attempt finds the licenses that were created.
 */
public final class Provisioner {

    private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);
    private static final int BATCH_SIZE = 200;
    /** A rejection for another reason than a missing account is unlikely to disappear within seconds. */
    private static final Duration REJECTION_RETRY_DELAY = Duration.ofMinutes(1);

    private final SignUpRepository signUps;
    private final TransactionTemplate transaction;
    private final ProducerTemplate routes;
    private final TrialConfig config;
    private final Clock clock;

    Provisioner(SignUpRepository signUps, TransactionTemplate transaction, ProducerTemplate routes, TrialConfig config,
            Clock clock) {
        this.signUps = signUps;
        this.transaction = transaction;
        this.routes = routes;
        this.config = config;
        this.clock = clock;
    }

    /** Provisions all sign-ups that are due. */
    public void run() {
        int taken;
        do {
            taken = transaction.execute(status -> provisionBatch());
        } while (taken == BATCH_SIZE);
    }

    private int provisionBatch() {
        List<SignUp> due = signUps.lockDue(BATCH_SIZE);
        if (due.isEmpty()) {
            return 0;
        }
        Map<String, License> existing;
        try {
            existing = findExistingLicenses(due);
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
                signUps.recordLicense(signUp, license.getId(), license.getExpires());
            }
        }
        // The same expiry for all, so that repeating a part of the batch changes nothing.
        createLicenses(without, clock.instant().plus(Duration.ofDays(config.days())).truncatedTo(ChronoUnit.SECONDS));
        return due.size();
    }

    /**
     * Returns the existing licenses of these people, by address; of several, the one that expires last. They are not changed: an upsert
     * would shorten a customer's license to a trial.
     */
    private Map<String, License> findExistingLicenses(List<SignUp> batch) {
        Set<String> asked = batch.stream().map(one -> key(one.email())).collect(Collectors.toSet());
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

    private void createLicenses(List<SignUp> batch, Instant expires) {
        if (batch.isEmpty()) {
            return;
        }
        List<License> wanted = batch.stream()
                .map(one -> License.of(Map.of("email", one.email(), "expires", expires.toString()))).toList();
        try {
            List<?> licenses = routes.requestBody("direct:trial-licenses", wanted, List.class);
            for (int i = 0; i < batch.size(); i++) {
                License license = (License) licenses.get(i);
                signUps.recordLicense(batch.get(i), license.getId(), license.getExpires());
            }
        } catch (CamelExecutionException e) {
            if (!isRejection(e.getCause())) {
                postpone(batch, e.getCause());
            } else if (batch.size() > 1) {
                // The error does not tell which license was rejected: split the batch until one is left.
                createLicenses(batch.subList(0, batch.size() / 2), expires);
                createLicenses(batch.subList(batch.size() / 2, batch.size()), expires);
            } else {
                handleRejection(batch.get(0), e.getCause());
            }
        }
    }

    /** Tests whether a license was rejected, rather than the call as a whole. */
    private static boolean isRejection(Throwable cause) {
        return cause instanceof IllegalArgumentException
                || cause instanceof IntegratorioApiException api
                        && (api.getStatusCode() == 400 || api.getStatusCode() == 422
                                || api.hasError("invalid_user"));
    }

    private void handleRejection(SignUp signUp, Throwable cause) {
        if (cause instanceof IntegratorioApiException api && api.hasError("invalid_user")) {
            signUps.recordUnknownUser(signUp,
                    api.getErrors().stream().filter(error -> error.code().equals("invalid_user"))
                            .map(error -> error.message()).findFirst().orElse(null));
        } else {
            LOG.warn("A sign-up was rejected and will be retried: {}", cause.getMessage());
            signUps.postpone(signUp, cause.getMessage(), REJECTION_RETRY_DELAY);
        }
    }

    private void postpone(List<SignUp> batch, Throwable cause) {
        LOG.warn("{} sign-ups could not be provisioned and will be retried: {}", batch.size(), cause.getMessage());
        // A license whose creation is in doubt may appear with a delay.
        Duration minDelay =
                cause instanceof IntegratorioAmbiguousOutcomeException ? config.ambiguousRetryDelay() : Duration.ZERO;
        batch.forEach(one -> signUps.postpone(one, cause.getMessage(), minDelay));
    }

    private static String key(String email) {
        return email.toLowerCase(Locale.ROOT);
    }
}
