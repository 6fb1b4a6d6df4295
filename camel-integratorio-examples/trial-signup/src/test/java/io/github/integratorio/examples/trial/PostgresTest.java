package io.github.integratorio.examples.trial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

class PostgresTest {

    private static final int PEOPLE = 12;

    @Test
    void two_instances_on_one_PostgreSQL_create_one_license_per_person_and_show_the_same_pages() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().start()) {
            String connector = api.addConnector("Shop to Books");
            Map<String, String> environment = Map.of("TRIAL_DATABASE_URL", postgres.getJdbcUrl("postgres", "postgres"),
                    "TRIAL_DATABASE_USER", "postgres", "TRIAL_SECRET", "0123456789abcdef0123456789abcdef");
            try (Site one = new Site(api, connector, environment); Site other = new Site(api, connector, environment)) {
                api.faults().add(Fault.onAny().always().status(503));
                List<String> paths = new ArrayList<>();
                for (int i = 0; i < PEOPLE; i++) {
                    String path = (i % 2 == 0 ? one : other).visitor().signUp("person" + i + "@acme.example");
                    assertEquals(path, (i % 2 == 0 ? other : one).visitor().signUp("person" + i + "@acme.example"));
                    paths.add(path);
                }
                api.faults().clear();
                for (String path : paths) {
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> other.visitor().get(path).body().contains("Your trial is ready"));
                }
                assertEquals(PEOPLE, api.licenses(connector).size());
                await().atMost(Duration.ofSeconds(30)).until(() -> one.app().database().sql()
                        .queryForObject("SELECT COUNT(*) FROM license WHERE present", Integer.class) == PEOPLE);
            }
        }
    }
}
