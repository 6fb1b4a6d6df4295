package io.github.integratorio.camel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versions of Camel on which the component runs. */
final class SupportedCamel {

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\D.*");
    private static final int MAJOR = 4;
    /** The HttpClient of earlier ones cannot be made to verify host names as {@code HttpClientFactory} does. */
    private static final int OLDEST_MINOR = 17;

    private SupportedCamel() {
    }

    /**
     * Refuses a version that is too old, instead of a {@code NoSuchMethodError} at the first request.
     *
     * @param  version               of the context, such as {@code 4.18.0}; of anything else nothing is said
     * @throws IllegalStateException if it is too old
     */
    static void require(String version) {
        Matcher parts = VERSION.matcher(version == null ? "" : version);
        if (parts.matches()) {
            int major = Integer.parseInt(parts.group(1));
            if (major < MAJOR || major == MAJOR && Integer.parseInt(parts.group(2)) < OLDEST_MINOR) {
                throw new IllegalStateException(
                        "Camel " + version + " is too old: camel-integratorio needs Camel " + MAJOR
                                + "." + OLDEST_MINOR + " or newer");
            }
        }
    }
}
