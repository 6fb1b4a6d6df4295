package io.github.integratorio.examples.esb;

import java.nio.file.Path;
import java.util.List;

import org.springframework.context.support.ClassPathXmlApplicationContext;

/** Starts the ESB with a real account, or runs the demo. */
public final class EsbMain {

    private EsbMain() {
    }

    /** Runs the demo; with the argument {@code live}, the ESB for the account of INTEGRATOR_IO_TOKEN until stopped. */
    public static void main(String[] args) throws Exception {
        if (!List.of(args).equals(List.of("live"))) {
            System.exit(new EsbDemo(Path.of("target/esb-demo"), System.out).run());
        }
        if (System.getenv("INTEGRATOR_IO_TOKEN") == null || System.getenv("INTEGRATOR_IO_CONNECTOR_ID") == null) {
            System.out.println("live needs INTEGRATOR_IO_TOKEN and INTEGRATOR_IO_CONNECTOR_ID in the environment");
            System.exit(2);
        }
        System.out.println("LIVE: connector " + System.getenv("INTEGRATOR_IO_CONNECTOR_ID")
                + "; the URL is integratorio.url in esb.properties. Stop with Ctrl-C.");
        // The broker's threads keep the process alive.
        new ClassPathXmlApplicationContext("esb.xml").registerShutdownHook();
    }
}
