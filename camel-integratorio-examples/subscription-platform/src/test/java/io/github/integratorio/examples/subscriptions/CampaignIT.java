package io.github.integratorio.examples.subscriptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Runs the campaign with each queue; requires the profile {@code campaign}. */
class CampaignIT {

    private static final int CUSTOMERS = Integer.getInteger("campaign.customers", 1905);

    @Test
    void with_the_queue_in_the_database_nothing_is_lost_or_duplicated_when_one_of_two_instances_is_killed()
            throws Exception {
        new Campaign(CUSTOMERS, Map.of(), System.out).run("database", () -> true);
    }

    @Test
    void with_kafka_nothing_is_lost_or_duplicated_when_one_of_two_instances_is_killed(@TempDir Path directory)
            throws Exception {
        try (KafkaBroker broker = new KafkaBroker(directory)) {
            broker.createTopic("billing-events", 12);
            broker.send("billing-events", "what some other program wrote");
            new Campaign(CUSTOMERS,
                    Map.of("camel.main.profile", "kafka", "camel.component.kafka.brokers", broker.address()),
                    System.out)
                    .run("kafka", () -> broker.countCommitted("subscription-platform") == broker
                            .countWritten("billing-events"));
            System.out.printf(
                    "           all %d records in Kafka are committed; %d invalid record was moved to the topic billing-events-unreadable%n",
                    broker.countWritten("billing-events"), broker.countWritten("billing-events-unreadable"));
            assertEquals(1, broker.countWritten("billing-events-unreadable"));
        } catch (AssertionError | Exception e) {
            System.out.println(Files.readString(directory.resolve("broker.log")));
            throw e;
        }
    }
}
