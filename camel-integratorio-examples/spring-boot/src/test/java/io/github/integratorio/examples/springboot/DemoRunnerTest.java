package io.github.integratorio.examples.springboot;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    /** Without a token its producer cannot start, and without a database its consumer. */
    @ParameterizedTest
    @CsvSource({ "'', true", "any, false" })
    void an_application_that_cannot_start_ends(String token, boolean autowired) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), TrialsApplication.class.getName(),
                "--spring.profiles.active=live", "--spring.datasource.url=jdbc:h2:mem:unused",
                "--trials.connector=5d0a1b2c3d4e5f6071829304", "--camel.component.integratorio.access-token=" + token,
                "--camel.component.integratorio.base-url=http://localhost:1/v1",
                "--camel.component.integratorio.autowired-enabled=" + autowired).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), "it goes on");
            assertEquals(1, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }
}
