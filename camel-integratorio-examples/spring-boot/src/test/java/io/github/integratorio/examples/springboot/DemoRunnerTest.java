package io.github.integratorio.examples.springboot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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
}
