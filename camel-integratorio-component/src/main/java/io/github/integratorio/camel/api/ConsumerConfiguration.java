package io.github.integratorio.camel.api;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of consumers: what is watched, how, and where it is remembered. */
@UriParams
public class ConsumerConfiguration {

    @UriParam(label = "consumer", defaultValue = "default",
              description = "Names the state of this consumer. Two consumers that watch the same list need two names, and each sees every change.")
    private String consumerId = "default";
    @UriParam(label = "consumer", defaultValue = "BASELINE", enums = "BASELINE,EMIT",
              description = "What becomes of the rows that are there when a list is watched for the first time: learnt silently, or each one a change of type ADDED.")
    private InitialSnapshot initialSnapshot = InitialSnapshot.BASELINE;
    @UriParam(label = "consumer",
              description = "The database that remembers what was seen and what is not yet acknowledged: PostgreSQL, which several nodes may share, or H2. Its tables are made on first use. Taken from the registry when there is exactly one and no stateDirectory is given.")
    @Metadata(autowired = true)
    private DataSource dataSource;
    @UriParam(label = "consumer",
              description = "A directory of this machine that remembers the same in an embedded H2 database, for one process. Needs com.h2database:h2. With neither, all is forgotten when the process ends, and what changes until it is back is never seen.")
    private String stateDirectory;
    @UriParam(label = "consumer", defaultValue = "20",
              description = "How many percent of the rows of a list may be missing at once (five rows always may). When more are, nothing is emitted and the health check is DOWN, until they are back or an operator accepts their removal by JMX or the dev console.")
    private int massRemovalLimit = 20;
    @UriParam(label = "consumer", defaultValue = "1",
              description = "In how many complete polls in a row a row must be missing before it is removed. At least two when the list comes in pages or comes empty.")
    private int removalConfirmations = 1;
    @UriParam(label = "consumer",
              description = "Names of fields, separated by commas, in which a difference is no change.")
    private String ignoredFields;
    @UriParam(label = "consumer", defaultValue = "0",
              description = "How many changes one poll delivers at the most; the rest stays pending for the next. 0 for all, in batches of at most 1000.")
    private int maxMessagesPerPoll;

    public String getConsumerId() {
        return consumerId;
    }

    /** Names the state of this consumer. Two consumers that watch the same list need two names, and each sees every change. */
    public void setConsumerId(String consumerId) {
        this.consumerId = consumerId;
    }

    public InitialSnapshot getInitialSnapshot() {
        return initialSnapshot;
    }

    /** What becomes of the rows that are there when a list is watched for the first time: learnt silently, or each one a change of type ADDED. */
    public void setInitialSnapshot(InitialSnapshot initialSnapshot) {
        this.initialSnapshot = initialSnapshot;
    }

    public DataSource getDataSource() {
        return dataSource;
    }

    /** The database that remembers what was seen and what is not yet acknowledged: PostgreSQL, which several nodes may share, or H2. Its tables are made on first use. Taken from the registry when there is exactly one and no stateDirectory is given. */
    public void setDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public String getStateDirectory() {
        return stateDirectory;
    }

    /** A directory of this machine that remembers the same in an embedded H2 database, for one process. Needs com.h2database:h2. With neither, all is forgotten when the process ends, and what changes until it is back is never seen. */
    public void setStateDirectory(String stateDirectory) {
        this.stateDirectory = stateDirectory;
    }

    public int getMassRemovalLimit() {
        return massRemovalLimit;
    }

    /** How many percent of the rows of a list may be missing at once (five rows always may). When more are, nothing is emitted and the health check is DOWN, until they are back or an operator accepts their removal by JMX or the dev console. */
    public void setMassRemovalLimit(int massRemovalLimit) {
        this.massRemovalLimit = massRemovalLimit;
    }

    public int getRemovalConfirmations() {
        return removalConfirmations;
    }

    /** In how many complete polls in a row a row must be missing before it is removed. At least two when the list comes in pages or comes empty. */
    public void setRemovalConfirmations(int removalConfirmations) {
        this.removalConfirmations = removalConfirmations;
    }

    public String getIgnoredFields() {
        return ignoredFields;
    }

    /** Names of fields, separated by commas, in which a difference is no change. */
    public void setIgnoredFields(String ignoredFields) {
        this.ignoredFields = ignoredFields;
    }

    public int getMaxMessagesPerPoll() {
        return maxMessagesPerPoll;
    }

    /** How many changes one poll delivers at the most; the rest stays pending for the next. 0 for all, in batches of at most 1000. */
    public void setMaxMessagesPerPoll(int maxMessagesPerPoll) {
        this.maxMessagesPerPoll = maxMessagesPerPoll;
    }

    public Set<String> ignoredFieldNames() {
        return names(ignoredFields);
    }

    /** The names in a text where they are separated by commas. */
    public static Set<String> names(String list) {
        return list == null ? Set.of()
                : Arrays.stream(list.split(",")).map(String::trim).filter(name -> !name.isEmpty()).collect(Collectors.toCollection(
                        java.util.LinkedHashSet::new));
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
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
        if (maxMessagesPerPoll < 0) {
            throw new IllegalArgumentException("maxMessagesPerPoll: expected 0 or more");
        }
    }
}
