package io.github.integratorio.camel.support;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.cluster.FileLockClusterService;
import org.apache.camel.impl.DefaultCamelContext;
import org.postgresql.ds.PGSimpleDataSource;

/** A process with a route that sends each change to a {@link Downstream}. {@link FeedNode} starts it; it stops gracefully at the end of its input. */
final class FeedNodeMain {

    private static DataOutputStream out;
    private static DataInputStream in;

    private FeedNodeMain() {
    }

    public static void main(String[] args) throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.disableJMX();
            IntegratorioComponent component = new IntegratorioComponent();
            component.getConfiguration().setBaseUrl(System.getProperty("node.api"));
            component.getConfiguration().setAccessToken(System.getProperty("node.token"));
            context.addComponent("integratorio", component);
            String database = System.getProperty("node.database");
            if (database != null) {
                PGSimpleDataSource dataSource = new PGSimpleDataSource();
                dataSource.setUrl(database);
                context.getRegistry().bind("database", dataSource);
            }
            String cluster = System.getProperty("node.cluster");
            if (cluster != null) {
                FileLockClusterService election = new FileLockClusterService();
                election.setRoot(cluster);
                election.setAcquireLockDelay(20, TimeUnit.MILLISECONDS);
                election.setAcquireLockInterval(100, TimeUnit.MILLISECONDS);
                context.addService(election);
            }
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(System.getProperty("node.uri")).process(FeedNodeMain::deliver);
                }
            });
            context.start();
            while (System.in.read() >= 0) {
                // The input is empty; only its end matters.
            }
        }
    }

    private static void deliver(Exchange exchange) throws IOException {
        if (out == null) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.getInteger("node.downstream"));
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream()));
            out.writeUTF(System.getProperty("node.name"));
        }
        Message change = exchange.getMessage();
        new Downstream.Delivery(change.getHeader(IntegratorioConstants.CHANGE_ID, String.class),
                change.getHeader(IntegratorioConstants.CHANGE_VERSION, Long.class),
                change.getHeader(IntegratorioConstants.CHANGE_TYPE, String.class),
                change.getHeader(IntegratorioConstants.INTEGRATION_ID,
                        change.getHeader(IntegratorioConstants.LICENSE_ID), String.class),
                change.getBody(String.class), change.getHeader(IntegratorioConstants.PREVIOUS, "", String.class))
                .write(out);
        if (in.read() < 0) {
            throw new EOFException("the downstream disconnected");
        }
    }
}
