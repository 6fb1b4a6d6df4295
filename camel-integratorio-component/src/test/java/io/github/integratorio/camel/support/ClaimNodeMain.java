package io.github.integratorio.camel.support;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.hazelcast.HazelcastIdempotentRepository;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGConnectionPoolDataSource;

/**
 * A process with a route that creates a license for each file in a directory: the name of the file is the order, its content the address of the
 * user. A file stays until its order has ended, so a killed process leaves it to the next one. {@link ClaimNode} starts it.
 */
final class ClaimNodeMain {

    private ClaimNodeMain() {
    }

    /** Stops at one of the calls of a repository until the process is killed. */
    private static final class HoldingRepository extends ServiceSupport implements IdempotentRepository {
        private final IdempotentRepository repository;
        private final String hold = System.getProperty("node.hold", "");
        private final AtomicInteger calls = new AtomicInteger();

        HoldingRepository(IdempotentRepository repository) {
            this.repository = repository;
        }

        private interface Call {
            boolean run(String key);
        }

        private boolean call(Call call, String key) {
            int number = calls.incrementAndGet();
            holdAt("before " + number);
            boolean result = call.run(key);
            holdAt("after " + number);
            return result;
        }

        private void holdAt(String step) {
            if (hold.equals(step)) {
                say("HOLDING " + step);
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public boolean add(String key) {
            return call(repository::add, key);
        }

        @Override
        public boolean contains(String key) {
            return call(repository::contains, key);
        }

        @Override
        public boolean remove(String key) {
            return call(repository::remove, key);
        }

        @Override
        public boolean confirm(String key) {
            return call(repository::confirm, key);
        }

        @Override
        public void clear() {
            repository.clear();
        }

        @Override
        protected void doStart() {
            ServiceHelper.startService(repository);
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static IdempotentRepository repository() {
        String database = System.getProperty("node.database");
        if (database != null) {
            PGConnectionPoolDataSource connections = new PGConnectionPoolDataSource();
            connections.setUrl(database);
            connections.setUser("postgres");
            return new JdbcMessageIdRepository(JdbcConnectionPool.create(connections), "integratorio");
        }
        Config config = new Config();
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "none");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.getNetworkConfig().setPort(Integer.getInteger("node.port")).setPortAutoIncrement(false);
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + System.getProperty("node.port"));
        if (System.getProperty("node.member") != null) {
            join.getTcpIpConfig().setRequiredMember("127.0.0.1:" + System.getProperty("node.member"));
        }
        HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(config);
        say("MEMBERS " + hazelcast.getCluster().getMembers().size());
        return new HazelcastIdempotentRepository(hazelcast, "claims");
    }

    public static void main(String[] args) throws Exception {
        IdempotentRepository repository = new HoldingRepository(repository());
        try (CamelContext context = new DefaultCamelContext()) {
            context.disableJMX();
            IntegratorioComponent component = new IntegratorioComponent();
            component.getConfiguration().setBaseUrl(System.getProperty("node.api"));
            component.getConfiguration().setAccessToken(System.getProperty("node.token"));
            component.getConfiguration().setIdempotentRepository(repository);
            context.addComponent("integratorio", component);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("file:" + System.getProperty("node.inbox")
                            + "?delay=20&initialDelay=0&readLock=none&delete=true&include=order.*")
                            .process(ClaimNodeMain::read)
                            .doTry()
                            .to(System.getProperty("node.uri"))
                            .process(ClaimNodeMain::tell)
                            .doCatch(Exception.class)
                            .process(ClaimNodeMain::tell)
                            .end();
                    from("file:" + System.getProperty("node.inbox") + "?delay=20&delete=true&include=remove.*")
                            .process(exchange -> say(
                                    "REMOVED " + repository.remove(exchange.getMessage().getBody(String.class))));
                }
            });
            context.start();
            say("READY");
            while (System.in.read() >= 0) {
                // The input is empty; only its end matters.
            }
        }
    }

    private static void read(Exchange exchange) {
        Message message = exchange.getMessage();
        if (System.getProperty("node.uri").contains("operation=create")) {
            message.setHeader(IntegratorioConstants.IDEMPOTENCY_KEY, message.getHeader(Exchange.FILE_NAME));
        }
        message.setBody(Map.of("email", message.getBody(String.class), "expires", "2099-01-31T12:00:00Z"));
    }

    private static void tell(Exchange exchange) {
        String order = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        say("ORDER " + order + " " + (failure == null
                ? exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME) + " "
                        + exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID)
                : failure instanceof IntegratorioAmbiguousOutcomeException ? "AMBIGUOUS " + failure.getMessage()
                        : "FAILED " + failure));
    }
}
