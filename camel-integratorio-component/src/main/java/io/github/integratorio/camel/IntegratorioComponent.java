package io.github.integratorio.camel;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.github.integratorio.camel.client.ClientSettings;
import io.github.integratorio.camel.client.HttpIntegratorioClient;
import io.github.integratorio.camel.provisioning.Provisioning;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;

/** Sells integrator.io SmartConnectors: creates, renews and expires licenses, and everything else its connectors and licenses API can do. */
@Component("integratorio")
public class IntegratorioComponent extends HealthCheckComponent implements SSLContextParametersAware {

    @Metadata(description = "The options that all endpoints share.")
    private IntegratorioConfiguration configuration = new IntegratorioConfiguration();
    @Metadata(label = "security", defaultValue = "false",
              description = "Whether to use the TLS configuration of the Camel context.")
    private boolean useGlobalSslContextParameters;

    /** The clients in use, one for equal settings; guarded by this. */
    private final Map<ClientSettings, Shared> clients = new HashMap<>();
    private ScheduledExecutorService timer;
    private ExecutorService workers;

    private static final class Shared {
        private final HttpIntegratorioClient client;
        /** One for all producers of the client: it keeps the writes to one license in order. */
        private final Provisioning provisioning;
        private int users;

        Shared(HttpIntegratorioClient client) {
            this.client = client;
            this.provisioning = new Provisioning(client, Clock.systemUTC());
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        IntegratorioConfiguration copy = configuration.copy();
        IntegratorioEndpoint endpoint = new IntegratorioEndpoint(uri, this, remaining, copy);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        timer = getCamelContext().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "integratorio-timer");
        // A time-out is cancelled with almost every answer, and must not stay in memory until its time.
        if (timer instanceof ScheduledThreadPoolExecutor pool) {
            pool.setRemoveOnCancelPolicy(true);
        }
        // Never refuses and never runs a route on the caller, which would be the I/O thread: what waits here is bounded
        // by the requests in flight.
        workers = getCamelContext().getExecutorServiceManager().newFixedThreadPool(this, "integratorio", 10);
    }

    @Override
    protected void doStop() throws Exception {
        synchronized (clients) {
            clients.values().forEach(shared -> shared.client.close());
            clients.clear();
        }
        getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);
        getCamelContext().getExecutorServiceManager().shutdownNow(timer);
        super.doStop();
    }

    /** Where routes go on after an answer. */
    ExecutorService workers() {
        return workers;
    }

    /** The operations over the client of these settings; to be released by whoever asks. */
    Provisioning acquire(ClientSettings settings) {
        synchronized (clients) {
            Shared shared = clients.computeIfAbsent(settings, key -> new Shared(new HttpIntegratorioClient(key, timer)));
            shared.users++;
            return shared.provisioning;
        }
    }

    void release(ClientSettings settings) {
        synchronized (clients) {
            Shared shared = clients.get(settings);
            if (shared != null && --shared.users == 0) {
                clients.remove(settings);
                shared.client.close();
            }
        }
    }

    public IntegratorioConfiguration getConfiguration() {
        return configuration;
    }

    /** The options that all endpoints share. */
    public void setConfiguration(IntegratorioConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    /** Whether to use the TLS configuration of the Camel context. */
    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
