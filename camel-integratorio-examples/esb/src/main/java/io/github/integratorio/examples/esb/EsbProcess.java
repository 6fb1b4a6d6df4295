package io.github.integratorio.examples.esb;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.github.integratorio.simulator.IntegratorioSimulator;
import jakarta.jms.JMSException;

/** The broker and the routes, in a process of their own. */
final class EsbProcess implements AutoCloseable {

    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(5);

    private final Process process;
    private final int port;

    /**
     * Starts it.
     *
     * @param api       where the licenses are
     * @param connector whose licenses
     * @param directory where the broker keeps its messages
     * @param port      where the broker listens
     */
    EsbProcess(IntegratorioSimulator api, String connector, Path directory, int port) throws IOException {
        this.port = port;
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                "-Desb.data=" + directory, "-Desb.port=" + port, "-Dpause=200", "-Dpatience=3s", "-Dintegratorio.url=" + api.baseUrl(), EsbMain.class.getName());
        builder.environment().put("INTEGRATOR_IO_TOKEN", api.token());
        builder.environment().put("INTEGRATOR_IO_CONNECTOR_ID", connector);
        process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("esb.log").toFile())).start();
        // It does not outlive its demo.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    long pid() {
        return process.pid();
    }

    /** Connects, when the broker is there. */
    CrmClient connect() throws JMSException, InterruptedException {
        await("a broker that listens", this::listens);
        return new CrmClient("tcp://127.0.0.1:" + port);
    }

    private boolean listens() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Waits until something is so.
     *
     * @throws IllegalStateException when that takes too long, or the process has ended
     */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The ESB has ended, with " + process.exitValue() + "; expected: " + what + "; see esb.log");
            }
            if (System.nanoTime() - start > PATIENCE) {
                throw new IllegalStateException("Waited too long; expected: " + what + "; see esb.log");
            }
        }
    }

    /** Ends it as kill -9 does: it does nothing more, not even commit what it has done. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
