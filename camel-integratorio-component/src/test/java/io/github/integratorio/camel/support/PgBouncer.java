package io.github.integratorio.camel.support;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.awaitility.Awaitility.await;

/**
 * PgBouncer in transaction mode, in front of the server of {@link Postgres}: each transaction may run in another session. Needs the
 * program, such as of Debian's package {@code pgbouncer}, in the path or in {@code -Dpgbouncer=…}.
 */
public final class PgBouncer implements AutoCloseable {

    private final Process process;
    private final int port;

    /** Starts it with that many sessions on the server. */
    public PgBouncer(Path directory, int server, int sessions) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        // It refuses to run as root, and nobody must be able to read its files then.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path users = Files.writeString(directory.resolve("users.txt"), "\"postgres\" \"\"\n");
        // The server's sessions are used in turn, so that each transaction runs in another one than the last.
        Path configuration = Files.writeString(directory.resolve("pgbouncer.ini"), """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = transaction
                default_pool_size = %d
                min_pool_size = %d
                server_round_robin = 1
                ignore_startup_parameters = extra_float_digits
                """.formatted(server, port, users, sessions, sessions));
        List<String> command = new ArrayList<>(List.of(program(), configuration.toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(1, List.of("-u", "nobody"));
        }
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("pgbouncer.log").toFile()).start();
        await().until(() -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new IllegalStateException(Files.readString(directory.resolve("pgbouncer.log")));
                }
                return false;
            }
        });
    }

    /** Path of the program; null if there is none. */
    public static String program() {
        return Stream.concat(Stream.of(System.getProperty("pgbouncer", "")),
                Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> folder + "/pgbouncer"))
                .filter(path -> !path.isEmpty() && Files.isExecutable(Path.of(path))).findFirst()
                .orElseGet(() -> Files.isExecutable(Path.of("/usr/sbin/pgbouncer")) ? "/usr/sbin/pgbouncer" : null);
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
