package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.License;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Registry;

/** The application: routes and beans, configured by {@code application.properties}. */
final class Platform implements AutoCloseable {

    private final Main main = new Main();
    private final Clock clock;
    private Database database;
    private ProducerTemplate template;

    /**
     * @param clock      the clock for signatures, grace period and expiry
     * @param properties override those of application.properties and of the environment
     */
    Platform(Clock clock, Map<String, String> properties) {
        this.clock = clock;
        properties.forEach(main::addOverrideProperty);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport base) {
                bindBeans(base.getCamelContext());
            }
        });
    }

    private void bindBeans(CamelContext context) {
        PropertyReader properties = new PropertyReader(context);
        WebhookSignatures signatures =
                new WebhookSignatures(List.of(properties.getText("webhook.secrets").split("\\s*,\\s*")),
                        properties.get("webhook.tolerance", Duration::parse), clock);
        LicenseTerms terms =
                new LicenseTerms(properties.get("grace", Period::parse), properties.get("margin", Period::parse));
        int limit = properties.get("reconcile.limit", Integer::valueOf);
        database = new Database(properties.getText("database.url"), properties.getText("database.user"),
                properties.getText("database.password"), properties.get("database.connections", Integer::valueOf));
        SubscriptionStore subscriptions = new SubscriptionStore(database, terms, clock);
        Registry registry = context.getRegistry();
        registry.bind("webhookEndpoint", new WebhookEndpoint(signatures));
        registry.bind("subscriptionStore", subscriptions);
        registry.bind("inbox", new Inbox(database, subscriptions));
        registry.bind("licenseQueue", new LicenseQueue(database, clock, properties.get("lease", Duration::parse),
                properties.get("rejection.retry.delay", Duration::parse)));
        registry.bind("reconciler", new Reconciler(database, clock, limit));
        registry.bind("queueHealth", new QueueHealthCheck(database));
    }

    /** Starts the application. */
    void start() {
        main.start();
        template = context().createProducerTemplate();
    }

    /** Runs the application until the process is stopped. */
    int run() throws Exception {
        main.run();
        return main.getExitCode();
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    Database database() {
        return database;
    }

    /** Creates a reconciliation plan. */
    ReconciliationPlan createPlan() {
        return template.requestBody("direct:plan", null, ReconciliationPlan.class);
    }

    /** Schedules the changes of a plan; the running routes write them. */
    void apply(ReconciliationPlan plan) {
        context().getRegistry().lookupByNameAndType("reconciler", Reconciler.class).apply(plan);
    }

    /** Waits until each change of a plan was attempted; returns the failed ones with the reason. */
    List<String> awaitApplied(ReconciliationPlan plan) throws InterruptedException {
        List<String> emails = plan.changes().stream().map(ReconciliationPlan.Step::email).toList();
        while (database
                .sql("select count(*) from license where email in (:emails) and due_at is not null and problem is null")
                .param("emails", emails).query(Integer.class).single() > 0) {
            Thread.sleep(200);
        }
        return database.sql("select email, problem from license where email in (:emails) and due_at is not null")
                .param("emails", emails)
                .query((row, n) -> MaskedEmail.of(row.getString(1)) + " " + row.getString(2)).list();
    }

    /** Lists the licenses at integrator.io. */
    List<License> listLicenses() {
        List<License> licenses = new ArrayList<>();
        for (Object license : template.requestBody("integratorio:licenses?operation=list&connectorId={{connector}}",
                null, List.class)) {
            licenses.add((License) license);
        }
        return licenses;
    }

    @Override
    public void close() {
        main.stop();
        if (database != null) {
            database.close();
        }
    }
}
