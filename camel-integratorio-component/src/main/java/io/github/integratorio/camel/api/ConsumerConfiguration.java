package io.github.integratorio.camel.api;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** Options of consumers: how a list is watched, and where the consumer keeps its state. */
@UriParams
public class ConsumerConfiguration {

    /** Value of stateDirectory that keeps the state in memory; a directory of that name is ./memory. */
    public static final String MEMORY = "memory";

    private static final Duration MAX_NOTICE = Duration.ofDays(36_500);
    private static final String NOTICES =
            "; expected ISO-8601 durations from PT0S to P36500D in days, hours, minutes or seconds, separated by commas,"
                    + " such as P30D,P7D,PT0S";
    /** Fields with the end of a license. */
    private static final Set<String> ENDS = Set.of("expires", "trialEndDate");

    @UriParam(label = "consumer", defaultValue = "default",
            description = "Name of this consumer's state. Two consumers of the same list need different names; each then receives every change.")
    private String consumerId = "default";
    @UriParam(label = "consumer", defaultValue = "BASELINE", enums = "BASELINE,EMIT",
            description = "Handling of the rows found by the first poll of a list: BASELINE records them silently, EMIT emits an ADDED change for each.")
    private InitialSnapshot initialSnapshot = InitialSnapshot.BASELINE;
    @UriParam(label = "consumer",
            description = "Database for the consumer's state: PostgreSQL, which several nodes can share, or H2. Tables are created on first use. If neither dataSource nor stateDirectory is set, the application's only DataSource is used; with several, the consumer does not start.")
    private DataSource dataSource;
    @UriParam(label = "consumer,advanced", defaultValue = "true",
            description = "Whether to create and upgrade the tables in dataSource. Set it to false if the owner of the database runs the SQL files in META-INF/integratorio/schema of the component's jar instead.")
    private boolean createTables = true;
    @UriParam(label = "consumer",
            description = "Local directory for the consumer's state (embedded H2, one process, needs com.h2database:h2). The value memory keeps the state in memory instead: pending changes are lost when the process ends, and changes made while it is down are missed.")
    private String stateDirectory;
    @UriParam(label = "consumer", defaultValue = "20",
            description = "Maximum percentage of a list's rows that may disappear in one poll; five rows always may. If more are missing, the consumer emits nothing and its health check is DOWN until the rows are back or an operator accepts the removal through JMX or the dev console.")
    private int massRemovalLimit = 20;
    @UriParam(label = "consumer", defaultValue = "3",
            description = "Number of consecutive complete polls in which a row must be missing before it counts as removed. With 1, a replica of the API that lags behind makes rows disappear and return. At least two if all known rows are missing or the list has several pages.")
    private int removalConfirmations = 3;
    @UriParam(label = "consumer", defaultValue = "3",
            description = "Number of consecutive polls that must find a list empty before it counts as empty, also before the first baseline is recorded.")
    private int emptyListConfirmations = 3;
    @UriParam(label = "consumer,advanced", defaultValue = "1048576",
            description = "Maximum size of a row in bytes, 1024 to 1048576. A larger row is refused with a warning, and the other rows of the list are processed.")
    private int maxRowSize = 1024 * 1024;
    @UriParam(label = "consumer",
            description = "Comma-separated fields to ignore when detecting changes.")
    private String ignoredFields;
    @UriParam(label = "consumer",
            description = "Comma-separated expiry notices, for licenses only: ISO-8601 durations before the end of a license, such as P30D,P7D,PT0S. Each emits an EXPIRING change when that much time is left; PT0S emits EXPIRED at the end.")
    private String expiryNotices;
    @UriParam(label = "consumer", defaultValue = "0",
            description = "Maximum number of changes delivered per poll; the rest stays pending for the next poll. 0 delivers all, in batches of up to 1000.")
    private int maxMessagesPerPoll;

    public String getConsumerId() {
        return consumerId;
    }

    /** Name of this consumer's state. Two consumers of the same list need different names; each then receives every change. */
    public void setConsumerId(String consumerId) {
        this.consumerId = consumerId;
    }

    public InitialSnapshot getInitialSnapshot() {
        return initialSnapshot;
    }

    /** Handling of the rows found by the first poll of a list: BASELINE records them silently, EMIT emits an ADDED change for each. */
    public void setInitialSnapshot(InitialSnapshot initialSnapshot) {
        this.initialSnapshot = initialSnapshot;
    }

    public DataSource getDataSource() {
        return dataSource;
    }

    /** Database for the consumer's state: PostgreSQL, which several nodes can share, or H2. Tables are created on first use. If neither dataSource nor stateDirectory is set, the application's only DataSource is used; with several, the consumer does not start. */
    public void setDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public boolean isCreateTables() {
        return createTables;
    }

    /** Whether to create and upgrade the tables in dataSource. Set it to false if the owner of the database runs the SQL files in META-INF/integratorio/schema of the component's jar instead. */
    public void setCreateTables(boolean createTables) {
        this.createTables = createTables;
    }

    public String getStateDirectory() {
        return stateDirectory;
    }

    /** Local directory for the consumer's state (embedded H2, one process, needs com.h2database:h2). The value memory keeps the state in memory instead: pending changes are lost when the process ends, and changes made while it is down are missed. */
    public void setStateDirectory(String stateDirectory) {
        this.stateDirectory = stateDirectory;
    }

    public int getMassRemovalLimit() {
        return massRemovalLimit;
    }

    /** Maximum percentage of a list's rows that may disappear in one poll; five rows always may. If more are missing, the consumer emits nothing and its health check is DOWN until the rows are back or an operator accepts the removal through JMX or the dev console. */
    public void setMassRemovalLimit(int massRemovalLimit) {
        this.massRemovalLimit = massRemovalLimit;
    }

    public int getRemovalConfirmations() {
        return removalConfirmations;
    }

    /** Number of consecutive complete polls in which a row must be missing before it counts as removed. With 1, a replica of the API that lags behind makes rows disappear and return. At least two if all known rows are missing or the list has several pages. */
    public void setRemovalConfirmations(int removalConfirmations) {
        this.removalConfirmations = removalConfirmations;
    }

    public int getEmptyListConfirmations() {
        return emptyListConfirmations;
    }

    /** Number of consecutive polls that must find a list empty before it counts as empty, also before the first baseline is recorded. */
    public void setEmptyListConfirmations(int emptyListConfirmations) {
        this.emptyListConfirmations = emptyListConfirmations;
    }

    public int getMaxRowSize() {
        return maxRowSize;
    }

    /** Maximum size of a row in bytes, 1024 to 1048576. A larger row is refused with a warning, and the other rows of the list are processed. */
    public void setMaxRowSize(int maxRowSize) {
        this.maxRowSize = maxRowSize;
    }

    public String getIgnoredFields() {
        return ignoredFields;
    }

    /** Comma-separated fields to ignore when detecting changes. */
    public void setIgnoredFields(String ignoredFields) {
        this.ignoredFields = ignoredFields;
    }

    public String getExpiryNotices() {
        return expiryNotices;
    }

    /** Comma-separated expiry notices, for licenses only: ISO-8601 durations before the end of a license, such as P30D,P7D,PT0S. Each emits an EXPIRING change when that much time is left; PT0S emits EXPIRED at the end. */
    public void setExpiryNotices(String expiryNotices) {
        this.expiryNotices = expiryNotices;
    }

    public int getMaxMessagesPerPoll() {
        return maxMessagesPerPoll;
    }

    /** Maximum number of changes delivered per poll; the rest stays pending for the next poll. 0 delivers all, in batches of up to 1000. */
    public void setMaxMessagesPerPoll(int maxMessagesPerPoll) {
        this.maxMessagesPerPoll = maxMessagesPerPoll;
    }

    /** Returns the names in ignoredFields; empty if it is not set. */
    public Set<String> ignoredFieldNames() {
        return names(ignoredFields);
    }

    /**
     * Returns the durations in expiryNotices; empty if it is not set.
     *
     * @throws IllegalArgumentException if one is not a duration of 0 to 36500 days in whole seconds, or two are equal
     */
    public Set<Duration> expiryNoticeDurations() {
        Set<Duration> notices = new LinkedHashSet<>();
        for (String entry : expiryNotices == null ? new String[0] : expiryNotices.split(",")) {
            String text = entry.trim();
            if (text.isEmpty()) {
                continue;
            }
            Duration notice;
            try {
                notice = Duration.parse(text);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("expiryNotices: not a duration: " + text + NOTICES);
            }
            if (notice.isNegative() || notice.compareTo(MAX_NOTICE) > 0) {
                throw new IllegalArgumentException("expiryNotices: out of range: " + text + NOTICES);
            }
            if (notice.getNano() != 0) {
                throw new IllegalArgumentException("expiryNotices: not whole seconds: " + text + NOTICES);
            }
            if (!notices.add(notice)) {
                throw new IllegalArgumentException("expiryNotices: contains the same duration twice: " + text);
            }
        }
        // The Kamelet's property is empty if it is not set.
        if (notices.isEmpty() && expiryNotices != null && !expiryNotices.isBlank()) {
            throw new IllegalArgumentException("expiryNotices: not a duration: " + expiryNotices + NOTICES);
        }
        return notices;
    }

    static Set<String> names(String list) {
        return list == null ? Set.of()
                : Arrays.stream(list.split(",")).map(String::trim).filter(name -> !name.isEmpty())
                        .collect(Collectors.toCollection(
                                LinkedHashSet::new));
    }

    /**
     * Checks these options.
     *
     * @throws IllegalArgumentException if one is invalid
     */
    public void validateConsumer() {
        if (!consumerId.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("consumerId: expected 1 to 64 characters A-Z a-z 0-9 . _ -");
        }
        if (massRemovalLimit < 0 || massRemovalLimit > 100) {
            throw new IllegalArgumentException("massRemovalLimit: expected 0 to 100 percent");
        }
        if (removalConfirmations < 1) {
            throw new IllegalArgumentException("removalConfirmations: expected 1 or more");
        }
        if (emptyListConfirmations < 1) {
            throw new IllegalArgumentException("emptyListConfirmations: expected 1 or more");
        }
        // The columns of the store hold as many characters.
        if (maxRowSize < 1024 || maxRowSize > 1 << 20) {
            throw new IllegalArgumentException("maxRowSize: expected 1024 to 1048576 bytes");
        }
        if (!expiryNoticeDurations().isEmpty() && ignoredFieldNames().stream().anyMatch(ENDS::contains)) {
            throw new IllegalArgumentException(
                    "ignoredFields: must not contain expires or trialEndDate if expiryNotices is set");
        }
        if (maxMessagesPerPoll < 0) {
            throw new IllegalArgumentException("maxMessagesPerPoll: expected 0 or more");
        }
    }
}
