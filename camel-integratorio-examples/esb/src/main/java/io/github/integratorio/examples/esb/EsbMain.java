package io.github.integratorio.examples.esb;

import java.nio.file.Path;

import org.springframework.context.support.ClassPathXmlApplicationContext;

/** Makes licenses of the messages in a queue: for a real account, or for a simulated one that is full of trouble. */
public final class EsbMain {

    private EsbMain() {
    }

    /** Serves the account of INTEGRATOR_IO_TOKEN until it is stopped; without a token, plays the demo. */
    public static void main(String[] args) throws Exception {
        if (System.getenv("INTEGRATOR_IO_TOKEN") == null) {
            System.exit(new EsbDemo(Path.of("target/esb-demo"), System.out).run());
        }
        // All there is to it is in esb.xml. The threads of the broker keep the process alive.
        new ClassPathXmlApplicationContext("esb.xml").registerShutdownHook();
    }
}
