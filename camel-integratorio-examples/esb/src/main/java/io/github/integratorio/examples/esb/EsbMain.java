package io.github.integratorio.examples.esb;

import java.nio.file.Path;

import org.springframework.context.support.ClassPathXmlApplicationContext;

/** Starts the ESB with a real account, or runs the demo. */
public final class EsbMain {

    private EsbMain() {
    }

    /** Runs until stopped if INTEGRATOR_IO_TOKEN is set; otherwise runs the demo. */
    public static void main(String[] args) throws Exception {
        if (System.getenv("INTEGRATOR_IO_TOKEN") == null) {
            System.exit(new EsbDemo(Path.of("target/esb-demo"), System.out).run());
        }
        // The broker's threads keep the process alive.
        new ClassPathXmlApplicationContext("esb.xml").registerShutdownHook();
    }
}
