package io.github.integratorio.camel.conventions;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.test.AvailablePortFinder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The recipes in the docs do what they say, on the simulator. */
class RecipesTest extends SimulatorTestSupport {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^## ([^\\n]*)$.*?^```yaml\\n(.*?)^```$");
    private static final String JOHN = "john@example.com";

    private final List<String> headings = new ArrayList<>();
    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
        Properties properties = new Properties();
        properties.putAll(Map.of("connector", connector, "mail", "mock:mail", "updated", "mock:updated",
                "unpaidInvoices", "direct:unpaid", "newestVersion", "2.0.0", "poll", "20"));
        context.getPropertiesComponent().setOverrideProperties(properties);
        context.getRegistry().bind("followedUp", new MemoryIdempotentRepository());
        context.getRegistry().bind("noticed", new MemoryIdempotentRepository());
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.setStreamCaching(false);
        return context;
    }

    /** Adds the routes of the recipe whose heading starts so; timers fire soon and often, but one run never overtakes the one before. */
    private void cook(String heading) throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("../docs/recipes.md")));
        while (block.find()) {
            headings.add(block.group(1));
            if (block.group(1).startsWith(heading)) {
                PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("recipe.camel.yaml",
                        block.group(2).replace("period: 1h",
                                "period: 100\n        delay: 1\n        synchronous: true")));
                return;
            }
        }
        throw new AssertionError("no recipe " + heading + " among " + headings);
    }

    private MockEndpoint mock(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }

    private String license(String email, Object... fields) {
        Map<String, Object> license = map("user", map("email", email));
        license.putAll(map(fields));
        return simulator().addLicense(connector, license);
    }

    private static String daysAgo(int days) {
        return Instant.now().minus(Duration.ofDays(days)).toString();
    }

    @Test
    void a_trial_that_was_not_installed_for_three_days_gets_one_mail() throws Exception {
        String forgotten = license(JANE, "trialEndDate", FUTURE, "created", daysAgo(4));
        license(JOHN, "trialEndDate", FUTURE, "created", daysAgo(1));
        license(JOHN, "trialEndDate", daysAgo(46), "created", daysAgo(60));
        license(JOHN, "trialEndDate", FUTURE, "created", daysAgo(4), "sandbox", true);
        license(JOHN, "expires", FUTURE, "created", daysAgo(4), "sandbox", true);
        simulator().install(connector, license(JANE, "trialEndDate", FUTURE, "created", daysAgo(9), "sandbox", true));
        cook("Trial started");

        await().until(() -> simulator().count("GET", ".*/licenses") >= 3);
        await().until(() -> mock("mail").getReceivedCounter() > 0);
        assertEquals(1, mock("mail").getReceivedCounter());
        assertEquals(forgotten, mock("mail").getExchanges().get(0).getMessage()
                .getBody(License.class).getId());
    }

    @Test
    void a_mail_tells_that_a_license_ends_soon_and_no_other_change() throws Exception {
        license(JOHN, "expires", FUTURE);
        String jane = license(JANE, "expires", FUTURE);
        cook("A mail before");
        await().until(() -> simulator().count("GET", ".*/licenses") >= 4);
        String soon = Instant.now().plus(Duration.ofDays(5)).toString();
        succeed("integratorio:licenses?operation=upsert&connectorId=" + connector, map("_id", jane, "expires", soon));

        await().until(() -> mock("mail").getReceivedCounter() > 0);
        assertEquals(ChangeType.EXPIRING, mock("mail").getExchanges().get(0).getMessage()
                .getHeader(IntegratorioConstants.CHANGE_TYPE));
        assertTrue(mock("mail").getExchanges().stream()
                .allMatch(one -> jane.equals(one.getMessage().getHeader(IntegratorioConstants.LICENSE_ID))));
    }

    @Test
    void a_license_that_is_ended_early_gets_one_mail() throws Exception {
        String jane = license(JANE, "expires", FUTURE);
        cook("A mail before");
        await().until(() -> simulator().count("GET", ".*/licenses") >= 4);
        succeed("integratorio:licenses?operation=expire&licenseId=" + jane + "&connectorId=" + connector, null);
        simulator().clearRequests();

        await().until(() -> simulator().count("GET", ".*/licenses") >= 4);
        assertEquals(List.of(ChangeType.EXPIRED), mock("mail").getExchanges().stream()
                .map(one -> one.getMessage().getHeader(IntegratorioConstants.CHANGE_TYPE)).toList());
    }

    @Test
    void a_renewal_before_the_end_adds_to_it_and_may_come_twice() throws Exception {
        String jane = license(JANE, "expires", FUTURE);
        cook("A renewal");
        String paidUntil = "2099-12-31T00:00:00.000Z";
        for (int i = 0; i < 2; i++) {
            succeed("direct:renewed", "{\"email\": \"" + JANE + "\", \"expires\": \"" + paidUntil + "\"}");
        }
        assertEquals(paidUntil, simulator().license(connector, jane).get("expires"));
        assertEquals(1, simulator().count("PUT", ".*"));
    }

    @Test
    void a_license_expires_when_the_days_of_grace_are_over() throws Exception {
        String jane = license(JANE, "expires", FUTURE);
        String john = license(JOHN, "expires", FUTURE);
        cook("Dunning");
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (int i = 0; i < 2; i++) {
            succeed("direct:unpaid", map("email", JANE, "due", today.minusDays(15).toString()));
            succeed("direct:unpaid", map("email", JOHN, "due", today.minusDays(13).toString()));
        }
        for (String due : new String[] { null, "", " ", "12/31/2020", "2020", "soon" }) {
            succeed("direct:unpaid", map("email", JOHN, "due", due));
        }

        assertTrue(simulator().license(connector, jane).get("expires").toString().compareTo("2099") < 0);
        assertEquals(FUTURE, simulator().license(connector, john).get("expires"));
        assertEquals(1, mock("mail").getReceivedCounter());
    }

    @Test
    void an_upgrade_changes_the_edition_alone_and_creates_nothing() throws Exception {
        String jane = janesLicense(connector);
        Map<String, Object> before = simulator().license(connector, jane);
        cook("Upgrade");
        succeed("direct:upgrade", "{\"email\": \"" + JANE + "\", \"opts\": {\"connectorEdition\": \"premium\"}}");

        Map<String, Object> after = simulator().license(connector, jane);
        assertEquals("premium", ((Map<?, ?>) after.get("opts")).get("connectorEdition"));
        assertEquals(before.get("expires"), after.get("expires"));
        fail(IllegalArgumentException.class, "direct:upgrade",
                "{\"email\": \"" + JOHN + "\", \"opts\": {\"connectorEdition\": \"premium\"}}");
        assertEquals(1, simulator().licenses(connector).size());
    }

    @Test
    void every_install_gets_the_newest_version_and_is_told_of() throws Exception {
        for (boolean sandbox : new boolean[] { true, false }) {
            simulator().install(connector, license(JANE, "expires", FUTURE, "sandbox", sandbox));
        }
        cook("A new version");
        await().until(() -> simulator().installBase(connector).stream()
                .allMatch(row -> Boolean.TRUE.equals(row.get("updateInProgress"))));
        assertEquals(2, simulator().count("PUT", ".*/update"));
        // The feed must have a baseline, or it would not see a change.
        simulator().clearRequests();
        await().until(() -> simulator().count("GET", ".*/installBase") >= 12);
        assertEquals(0, mock("updated").getReceivedCounter());

        simulator().finishUpdates(connector, "2.0.0");
        await().until(() -> mock("updated").getReceivedCounter() == 2);
        assertEquals(0, simulator().count("PUT", ".*/update"));
    }

    @Test
    void the_seats_of_all_valid_licenses_of_a_customer_are_found() throws Exception {
        String parent = license(JANE, "expires", FUTURE, "opts", map("seats", 5));
        simulator().addChildLicense(connector, parent, map("opts", map("seats", 2)));
        license(JANE, "expires", FUTURE, "sandbox", true, "opts", map("seats", 100));
        license(JANE, "expires", "2020-01-01T00:00:00.000Z", "opts", map("seats", 1000));
        license(JOHN, "expires", FUTURE, "opts", map("seats", 10_000));
        license(JANE, "trialEndDate", FUTURE, "opts", map("seats", 9));
        license(JANE, "trialEndDate", "2020-01-01T00:00:00.000Z", "opts", map("seats", 100_000));
        license(JANE, "expires", Instant.now().minusSeconds(1).toString(), "opts", map("seats", 1_000_000));
        license("o'brien@example.com", "expires", FUTURE, "opts", map("seats", 3));
        license("joe@example.com", "sandbox", false, "expires", FUTURE, "opts", map("seats", 4));
        license("joe@example.com", "sandbox", false, "expires", null, "trialEndDate", FUTURE, "opts", map("seats", 6));
        cook("Seats");

        assertEquals(List.of(5, 2, 9), succeed("direct:seats", null, "customer", JANE).getMessage().getBody());
        assertEquals(List.of(3),
                succeed("direct:seats", null, "customer", "o'brien@example.com").getMessage().getBody());
        assertEquals(List.of(4, 6),
                succeed("direct:seats", null, "customer", "joe@example.com").getMessage().getBody());
    }

    @Test
    void a_website_gets_the_license_or_the_status_that_says_what_happened() throws Exception {
        // Not every Camel release publishes the server, and with another release it does not work.
        String release = MainHttpServer.class.getPackage().getImplementationVersion();
        assertNotNull(release);
        assumeTrue(context.getVersion().equals(release), "the server is of Camel " + release);
        MainHttpServer server = new MainHttpServer();
        server.setHost("localhost");
        server.setPort(AvailablePortFinder.getNextAvailable());
        context.addService(server);
        cook("Licenses over HTTP");
        URI customers = URI.create("http://localhost:" + server.getPort() + "/customers/");

        HttpResponse<String> sold = put(customers.resolve(JANE + "/license"), "{\"expires\": \"" + FUTURE + "\"}");
        assertEquals(200, sold.statusCode());
        assertTrue(sold.body().contains(simulator().licenses(connector).get(0).get("_id").toString()), sold.body());
        assertEquals(422, put(customers.resolve("nobody@example.com/license"), "{\"expires\": \"P1D\"}").statusCode());
        assertEquals(400, put(customers.resolve(JOHN + "/license"), "{\"expires\": \"soon\"}").statusCode());
        simulator().faults().add(Fault.on("GET", ".*/licenses").always().status(500));
        assertEquals(500, put(customers.resolve(JOHN + "/license"), "{\"expires\": \"P1D\"}").statusCode());
        assertEquals(1, simulator().licenses(connector).size());
    }

    /** Sends a request as a website would, with a header that must not reach the route. */
    private static HttpResponse<String> put(URI uri, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).header(IntegratorioConstants.OPERATION, "delete")
                        .PUT(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
