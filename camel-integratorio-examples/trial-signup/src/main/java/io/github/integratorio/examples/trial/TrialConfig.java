package io.github.integratorio.examples.trial;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * All that can be set, read from the environment and checked before anything starts.
 *
 * @param demo             whether there is no account, and the API is embedded
 * @param token            opens the account; of the embedded API when {@code demo}
 * @param region           where the account lives
 * @param apiUrl           where the API is, instead of the region's address; empty when that is right
 * @param connector        whose trials these are
 * @param host             the address to listen at
 * @param port             the port to listen at; 0 for any free one
 * @param databaseUrl      a JDBC URL of H2 or PostgreSQL
 * @param databaseUser     may be empty
 * @param databasePassword may be empty
 * @param vendorPassword   opens the vendor's page
 * @param secret           seals forms and log-ins; the same for all instances behind one address
 * @param product          what is tried out, as the pages call it
 * @param vendor           who offers it
 * @param days             how long a trial is
 * @param submitsPerMinute how many submits an address may send
 * @param behindProxy      whether the address of a visitor is the last one of {@code X-Forwarded-For}
 * @param https            whether visitors come by HTTPS, so that cookies must too
 * @param poll             how long the change feeds wait from look to look
 * @param doubtPause       how long a sign-up waits after a call of which nobody knows what it did
 */
record TrialConfig(boolean demo, String token, String region, String apiUrl, String connector, String host, int port,
                String databaseUrl, String databaseUser, String databasePassword, String vendorPassword, String secret,
                String product, String vendor, int days, int submitsPerMinute, boolean behindProxy, boolean https,
                Duration poll, Duration doubtPause) {

    /** The vendor's password in the demo, and there only. */
    static final String DEMO_PASSWORD = "demo";

    private static final int SHORTEST_PASSWORD = 12;
    private static final int SHORTEST_SECRET = 32;

    /**
     * @param environment as {@link System#getenv()} gives it
     * @throws IllegalArgumentException naming the variable that is missing or no good
     */
    static TrialConfig of(Map<String, String> environment) {
        Reader read = new Reader(environment);
        boolean demo = !environment.containsKey("INTEGRATOR_IO_TOKEN");
        return new TrialConfig(demo,
                read.text("INTEGRATOR_IO_TOKEN", ""),
                read.text("INTEGRATOR_IO_REGION", "US"),
                read.text("INTEGRATOR_IO_URL", ""),
                demo ? "" : read.required("INTEGRATOR_IO_CONNECTOR_ID", "which connector's trials are these?"),
                read.text("TRIAL_HOST", "127.0.0.1"),
                read.number("TRIAL_PORT", 8080, 0, 65535),
                // The embedded API forgets everything when it stops: so does the demo's database.
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
                Duration.ofSeconds(read.number("TRIAL_DOUBT_SECONDS", 60, 1, 86_400)));
    }

    private static String vendorPassword(Reader read, boolean demo) {
        if (demo) {
            return read.text("TRIAL_VENDOR_PASSWORD", DEMO_PASSWORD);
        }
        String password = read.required("TRIAL_VENDOR_PASSWORD", "it opens the vendor's page; there is no default outside of the demo");
        if (password.equals(DEMO_PASSWORD) || password.length() < SHORTEST_PASSWORD) {
            throw new IllegalArgumentException("TRIAL_VENDOR_PASSWORD: expected at least " + SHORTEST_PASSWORD
                    + " characters, and not the demo's password");
        }
        return password;
    }

    private static String secret(Reader read) {
        String secret = read.text("TRIAL_SECRET", "");
        if (secret.isEmpty()) {
            byte[] random = new byte[SHORTEST_SECRET];
            new SecureRandom().nextBytes(random);
            return Base64.getEncoder().encodeToString(random);
        }
        if (secret.length() < SHORTEST_SECRET) {
            throw new IllegalArgumentException("TRIAL_SECRET: expected at least " + SHORTEST_SECRET + " characters");
        }
        return secret;
    }

    /** Says nothing that opens anything. */
    @Override
    public String toString() {
        return "Settings[demo=" + demo + ", connector=" + connector + ", host=" + host + ", port=" + port + "]";
    }

    private record Reader(Map<String, String> environment) {

        String text(String name, String otherwise) {
            String value = environment.get(name);
            return value == null || value.isBlank() ? otherwise : value;
        }

        String required(String name, String why) {
            String value = text(name, "");
            if (value.isEmpty()) {
                throw new IllegalArgumentException(name + " is not set: " + why);
            }
            return value;
        }

        int number(String name, int otherwise, int least, int most) {
            String value = text(name, String.valueOf(otherwise));
            try {
                int number = Integer.parseInt(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Told below, as a number out of bounds is.
            }
            throw new IllegalArgumentException(name + ": expected a number from " + least + " to " + most);
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
