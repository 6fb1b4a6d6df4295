package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.model.License;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.spi.Registry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** The application: the routes, and the classes they call, put together from {@code application.properties}. */
final class Platform implements AutoCloseable {

    private final Main main = new Main();
    private final Clock clock;
    private Database database;
    private ProducerTemplate template;

    /**
     * @param clock    what decides over signatures, grace and expiry
     * @param settings stand before those of application.properties and of the environment
     */
    Platform(Clock clock, Map<String, String> settings) {
        this.clock = clock;
        settings.forEach(main::addOverrideProperty);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport base) {
                putTogether(base.getCamelContext());
            }
        });
    }

    private void putTogether(CamelContext context) {
        PropertyReader settings = new PropertyReader(context);
        WebhookSignatures signatures = new WebhookSignatures(List.of(settings.text("webhook.secrets").split("\\s*,\\s*")),
                settings.value("webhook.tolerance", Duration::parse), clock);
        LicenseTerms terms = new LicenseTerms(settings.value("grace", Period::parse), settings.value("margin", Period::parse));
        int limit = settings.value("reconcile.limit", Integer::valueOf);
        database = new Database(settings.text("database.url"), settings.text("database.user"), settings.text("database.password"),
                settings.value("database.connections", Integer::valueOf));
        SubscriptionStore subscriptions = new SubscriptionStore(database, terms, clock);
        Registry registry = context.getRegistry();
        registry.bind("door", new WebhookEndpoint(signatures));
        registry.bind("subscriptions", subscriptions);
        registry.bind("inbox", new Inbox(database, subscriptions));
        registry.bind("licenses", new LicenseQueue(database, clock, settings.value("lease", Duration::parse),
                settings.value("patience", Duration::parse)));
        registry.bind("reconcile", new Reconciler(database, clock, limit));
        registry.bind("queueHealth", new QueueHealthCheck(database));
    }

    /** Starts it, and returns when it runs. */
    void start() {
        main.start();
        template = context().createProducerTemplate();
    }

    /** Starts it, and returns when the process is told to end. */
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

    /** What differs between the subscriptions and the licenses now. */
    ReconciliationPlan plan() {
        return template.requestBody("direct:plan", null, ReconciliationPlan.class);
    }

    /** Lets the changes of a plan be written, by the routes that run. */
    void apply(ReconciliationPlan plan) {
        context().getRegistry().lookupByNameAndType("reconcile", Reconciler.class).apply(plan);
    }

    /** Waits until the changes of a plan are tried; gives those that did not succeed, with the reason. */
    List<String> awaitWritten(ReconciliationPlan plan) throws InterruptedException {
        List<String> emails = plan.changes().stream().map(ReconciliationPlan.Step::email).toList();
        while (database.sql("select count(*) from license where email in (:emails) and due_at is not null and problem is null")
                .param("emails", emails).query(Integer.class).single() > 0) {
            Thread.sleep(200);
        }
        return database.sql("select email, problem from license where email in (:emails) and due_at is not null").param("emails", emails)
                .query((row, n) -> MaskedEmail.email(row.getString(1)) + " " + row.getString(2)).list();
    }

    /** What integrator.io has. */
    List<License> licenses() {
        List<License> licenses = new ArrayList<>();
        for (Object license : template.requestBody("integratorio:licenses?operation=list&connectorId={{connector}}", null, List.class)) {
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
