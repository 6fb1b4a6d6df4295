package io.github.integratorio.examples.springboot;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@ExtendWith(OutputCaptureExtension.class)
class DemoRunnerTest {

    @Test
    void the_demo_runs_to_its_end_and_shows_no_address(CapturedOutput output) {
        TrialsApplication.main(new String[0]);

        String text = output.getOut();
        assertTrue(text.contains("One customer has uninstalled it"), text);
        assertTrue(text.contains("rejected: no account"), text);
        assertFalse(text.contains(".example"), text);
        assertFalse(text.contains("simulator-token"), text);
    }

    @Test
    void an_application_whose_routes_cannot_start_ends() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        assertThrows(RuntimeException.class, () -> TrialsApplication.main(new String[] {
                "--spring.profiles.active=live", "--spring.datasource.url=jdbc:h2:mem:unused",
                "--trials.connector=5d0a1b2c3d4e5f6071829304", "--camel.component.integratorio.access-token=" }));

        await().pollInSameThread()
                .untilAsserted(() -> assertEquals(List.of(), Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !thread.isDaemon() && !before.contains(thread)).map(Thread::getName)
                        .toList()));
    }
}
