package io.github.integratorio.examples.trial;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * The configuration, read from environment variables and validated before the application starts.
 *
 * @param demo             whether the API is embedded, because nobody asked for {@code live}
 * @param token            the access token; unused if {@code demo}
 * @param region           the region of the account
 * @param apiUrl           base URL of the API; empty to use the region's
 * @param connector        the id of the connector
 * @param host             the address to listen on
 * @param port             the port to listen on; 0 for any free port
 * @param databaseUrl      a JDBC URL of H2 or PostgreSQL
 * @param databaseUser     may be empty
 * @param databasePassword may be empty
 * @param vendorPassword   the password of the vendor's page
 * @param secret           signs form tokens and log-ins; must be the same for all instances
 * @param product          the product's name on the pages
 * @param vendor           the vendor's name on the pages
 * @param days             length of a trial in days
 * @param submitsPerMinute form submissions per minute and client address
 * @param behindProxy      whether the last address of {@code X-Forwarded-For} is the client's
 * @param https            whether visitors use HTTPS, so that cookies require it
 * @param poll             delay between polls of the change feeds
 * @param ambiguousRetryDelay delay before a sign-up is retried after a call with an unknown outcome
 */
record TrialConfig(boolean demo, String token, String region, String apiUrl, String connector, String host, int port,
        String databaseUrl, String databaseUser, String databasePassword, String vendorPassword, String secret,
        String product, String vendor, int days, int submitsPerMinute, boolean behindProxy, boolean https,
        Duration poll, Duration ambiguousRetryDelay) {

    /** The vendor's password in the demo. */
    static final String DEMO_PASSWORD = "demo";

    private static final int MIN_PASSWORD_LENGTH = 12;
    private static final int MIN_SECRET_LENGTH = 32;

    /**
     * @param environment the environment variables
     * @param live        whether to use the account of INTEGRATOR_IO_TOKEN
     * @throws IllegalArgumentException naming the variable that is missing or invalid
     */
    static TrialConfig of(Map<String, String> environment, boolean live) {
        Reader read = new Reader(environment);
        boolean demo = !live;
        return new TrialConfig(demo,
                demo ? "" : read.required("INTEGRATOR_IO_TOKEN", "the API token of the account"),
                read.text("INTEGRATOR_IO_REGION", "US"),
                read.text("INTEGRATOR_IO_URL", ""),
                demo ? ""
                        : read.required("INTEGRATOR_IO_CONNECTOR_ID",
                                "the id of the connector for which trials are offered"),
                read.text("TRIAL_HOST", "127.0.0.1"),
                read.number("TRIAL_PORT", 8080, 0, 65535),
                // In memory, like the data of the embedded API.
                read.text("TRIAL_DATABASE_URL", demo ? "jdbc:h2:mem:trial-signup;DB_CLOSE_DELAY=-1"
                        : "jdbc:h2:file:./data/trial-signup;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"),
                read.text("TRIAL_DATABASE_USER", ""),
                read.text("TRIAL_DATABASE_PASSWORD", ""),
                vendorPassword(read, demo),
                secret(read),
                read.text("TRIAL_PRODUCT", "Shop to Books"),
                read.text("TRIAL_VENDOR", "Harbourline"),
                read.number("TRIAL_DAYS", 30, 1, 3650),
                read.number("TRIAL_SUBMITS_PER_MINUTE", 20, 1, 1_000_000),
                read.flag("TRIAL_BEHIND_PROXY"),
                read.flag("TRIAL_HTTPS"),
                Duration.ofSeconds(read.number("TRIAL_POLL_SECONDS", demo ? 1 : 60, 1, 86_400)),
                Duration.ofSeconds(read.number("TRIAL_AMBIGUOUS_RETRY_SECONDS", 60, 1, 86_400)));
    }

    private static String vendorPassword(Reader read, boolean demo) {
        if (demo) {
            return read.text("TRIAL_VENDOR_PASSWORD", DEMO_PASSWORD);
        }
        String password = read.required("TRIAL_VENDOR_PASSWORD",
                "the password of the vendor's page; only the demo has a default");
        if (password.equals(DEMO_PASSWORD) || password.length() < MIN_PASSWORD_LENGTH) {
            throw new IllegalArgumentException("TRIAL_VENDOR_PASSWORD: expected at least " + MIN_PASSWORD_LENGTH
                    + " characters that are not the demo's password");
        }
        return password;
    }

    private static String secret(Reader read) {
        String secret = read.text("TRIAL_SECRET", "");
        if (secret.isEmpty()) {
            byte[] random = new byte[MIN_SECRET_LENGTH];
            new SecureRandom().nextBytes(random);
            return Base64.getEncoder().encodeToString(random);
        }
        if (secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException("TRIAL_SECRET: expected at least " + MIN_SECRET_LENGTH + " characters");
        }
        return secret;
    }

    /** Contains no secrets. */
    @Override
    public String toString() {
        return "Settings[demo=" + demo + ", connector=" + connector + ", host=" + host + ", port=" + port + "]";
    }

    private record Reader(Map<String, String> environment) {

        String text(String name, String defaultValue) {
            String value = environment.get(name);
            return value == null || value.isBlank() ? defaultValue : value;
        }

        String required(String name, String description) {
            String value = text(name, "");
            if (value.isEmpty()) {
                throw new IllegalArgumentException(name + " is required: " + description);
            }
            return value;
        }

        int number(String name, int defaultValue, int min, int max) {
            String value = text(name, String.valueOf(defaultValue));
            try {
                int number = Integer.parseInt(value);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Reported below.
            }
            throw new IllegalArgumentException(name + ": expected a number from " + min + " to " + max);
        }

        boolean flag(String name) {
            String value = text(name, "false");
            if (!value.matches("true|false")) {
                throw new IllegalArgumentException(name + ": expected true or false");
            }
            return Boolean.parseBoolean(value);
        }
    }
}
