package io.github.integratorio.examples.subscriptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The campaign with each of the queues; run by the profile {@code subscription-platform-kafka}. */
class CampaignIT {

    private static final int CUSTOMERS = Integer.getInteger("campaign.customers", 1905);

    @Test
    void with_the_queue_in_the_database_nothing_is_lost_or_doubled_when_one_of_two_instances_is_killed() throws Exception {
        new Campaign(CUSTOMERS, Map.of(), System.out).run("database", () -> true);
    }

    @Test
    void with_kafka_nothing_is_lost_or_doubled_when_one_of_two_instances_is_killed(@TempDir Path directory) throws Exception {
        try (KafkaBroker broker = new KafkaBroker(directory)) {
            broker.createTopic("billing-events", 12);
            broker.send("billing-events", "what some other program wrote");
            new Campaign(CUSTOMERS, Map.of("camel.main.profile", "kafka", "camel.component.kafka.brokers", broker.address()), System.out)
                    .run("kafka", () -> broker.committed("subscription-platform") == broker.written("billing-events"));
            System.out.printf("           all %d records in Kafka are committed; %d that was no event is set aside%n", broker.written("billing-events"),
                    broker.written("billing-events-unreadable"));
            assertEquals(1, broker.written("billing-events-unreadable"));
        } catch (AssertionError | Exception e) {
            System.out.println(Files.readString(directory.resolve("broker.log")));
            throw e;
        }
    }
}
