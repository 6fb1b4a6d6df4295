package io.github.integratorio.examples.esb;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.github.integratorio.simulator.IntegratorioSimulator;
import jakarta.jms.JMSException;

/** Runs the broker and the routes in a separate process. */
final class EsbProcess implements AutoCloseable {

    private static final long TIMEOUT = TimeUnit.MINUTES.toNanos(5);

    private final Process process;
    private final int port;

    /**
     * Starts the process.
     *
     * @param api       the API to use
     * @param connector the id of the connector
     * @param directory the broker's data directory
     * @param port      the broker's port
     */
    EsbProcess(IntegratorioSimulator api, String connector, Path directory, int port) throws IOException {
        this.port = port;
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                "-Desb.data=" + directory, "-Desb.port=" + port, "-DredeliveryDelay=200", "-DoperationTimeout=3s",
                "-Dintegratorio.url=" + api.baseUrl(), EsbMain.class.getName(),
                "live");
        builder.environment().put("INTEGRATOR_IO_TOKEN", api.token());
        builder.environment().put("INTEGRATOR_IO_CONNECTOR_ID", connector);
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("esb.log").toFile())).start();
        // It must not outlive the demo.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the broker and connects to it. */
    CrmClient connect() throws JMSException, InterruptedException {
        await("a broker that listens", this::isListening);
        return new CrmClient("tcp://127.0.0.1:" + port);
    }

    private boolean isListening() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Waits for a condition.
     *
     * @throws IllegalStateException on timeout, or if the process has ended
     */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "The ESB ended with exit status " + process.exitValue() + " before " + what + "; see esb.log");
            }
            if (System.nanoTime() - start > TIMEOUT) {
                throw new IllegalStateException("Timeout while waiting for " + what + "; see esb.log");
            }
        }
    }

    /** Kills the process as kill -9 does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
