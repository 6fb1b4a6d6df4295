package io.github.integratorio.camel.internal.producer;

import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.Connector;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.RecordedRequest;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Each of the twelve API calls over a real socket: the request on the wire and the message in the route. */
@Covers({ 36, 37 })
class ApiCallsTest extends SimulatorTestSupport {

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector(map("name", "Shop to Books", "futureField", map("a", 1)));
    }

    private RecordedRequest sent(String method, String path, Object body) {
        return sent(onlyRequest(), method, path, body);
    }

    private RecordedRequest sent(RecordedRequest request, String method, String path, Object body) {
        assertEquals(method, request.method());
        assertEquals("/v1" + path, request.path());
        assertEquals("Bearer " + simulator().token(), request.header("Authorization"));
        assertEquals("application/json", request.header("Accept"));
        if (body == null) {
            assertEquals("", request.body());
            assertNull(request.header("Content-Type"));
        } else {
            assertEquals(body, json(request.body()));
            assertTrue(request.header("Content-Type").startsWith("application/json"), request.header("Content-Type"));
            assertEquals(String.valueOf(request.bodyBytes().length), request.header("Content-Length"));
        }
        return request;
    }

    @Test
    void call_1_lists_connectors() {
        List<?> list = succeed("integratorio:connectors?operation=list", null).getMessage().getBody(List.class);

        sent("GET", "/connectors", null);
        assertEquals("Shop to Books", ((Connector) list.get(0)).getName());
    }

    @Test
    void call_2_gets_a_connector() {
        Exchange exchange = succeed("integratorio:connectors?operation=get&connectorId=" + connector, null);

        sent("GET", "/connectors/" + connector, null);
        assertEquals(connector, exchange.getMessage().getBody(Connector.class).getId());
        assertEquals(200, exchange.getMessage().getHeader(IntegratorioConstants.STATUS_CODE));
        assertEquals(connector, exchange.getMessage().getHeader(IntegratorioConstants.CONNECTOR_ID));
    }

    @Test
    void call_3_creates_a_connector() {
        Exchange exchange = succeed("integratorio:connectors?operation=create", map("name", "New", "description", "ü"));

        sent("POST", "/connectors", map("name", "New", "description", "ü"));
        String id = exchange.getMessage().getBody(Connector.class).getId();
        assertEquals("New", simulator().connector(id).get("name"));
        assertEquals(id, exchange.getMessage().getHeader(IntegratorioConstants.CONNECTOR_ID));
        assertEquals(201, exchange.getMessage().getHeader(IntegratorioConstants.STATUS_CODE));
        assertEquals(WriteOutcome.CREATED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    @Test
    void call_4_updates_a_connector_and_unknown_fields_survive_get_and_put() {
        Connector read = succeed("integratorio:connectors?operation=get&connectorId=" + connector, null)
                .getMessage().getBody(Connector.class);
        simulator().clearRequests();
        read.setDescription("changed");
        succeed("integratorio:connectors?operation=update&connectorId=" + connector, read);

        sent("PUT", "/connectors/" + connector,
                map("name", "Shop to Books", "futureField", map("a", 1), "description", "changed"));
        assertEquals(map("a", 1), simulator().connector(connector).get("futureField"));
    }

    @Test
    void call_5_deletes_a_connector() {
        Exchange exchange = succeed("integratorio:connectors?operation=delete&connectorId=" + connector, "ignored");

        sent("DELETE", "/connectors/" + connector, null);
        assertNull(exchange.getMessage().getBody());
        assertEquals(WriteOutcome.DELETED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(List.of(), simulator().connectors());
    }

    @Test
    void call_6_lists_the_install_base() {
        String integration = simulator().install(connector, janesLicense(connector));
        List<?> list = succeed("integratorio:installBase?operation=list&connectorId=" + connector, null)
                .getMessage().getBody(List.class);

        sent("GET", "/connectors/" + connector + "/installBase", null);
        assertEquals(integration, ((Installation) list.get(0)).getIntegrationId());
    }

    @Test
    void call_7_pushes_an_update_to_the_given_installations() {
        String integration = simulator().install(connector, janesLicense(connector));
        for (Object body : new Object[] { integration, List.of(integration),
                map("_integrationIds", List.of(integration)), "{\"_integrationIds\":[\"" + integration + "\"]}" }) {
            simulator().clearRequests();
            Exchange exchange = succeed("integratorio:installBase?operation=pushUpdate&connectorId=" + connector, body);

            sent("PUT", "/connectors/" + connector + "/update", map("_integrationIds", List.of(integration)));
            assertNull(exchange.getMessage().getBody());
            assertEquals(true, simulator().installBase(connector).get(0).get("updateInProgress"));
        }
    }

    @Test
    void call_8_lists_licenses() {
        janesLicense(connector);
        List<?> list = succeed("integratorio:licenses?operation=list&connectorId=" + connector, null)
                .getMessage().getBody(List.class);

        sent("GET", "/connectors/" + connector + "/licenses", null);
        assertEquals(JANE, ((License) list.get(0)).getEmail());
    }

    @Test
    void call_9_creates_a_license() {
        License license = new License();
        license.setEmail(JANE);
        license.setExpires(java.time.Instant.parse(FUTURE));
        license.setOpts(map("connectorEdition", "premium"));
        Exchange exchange = succeed("integratorio:licenses?operation=create&connectorId=" + connector, license);

        sent("POST", "/connectors/" + connector + "/licenses",
                map("email", JANE, "expires", FUTURE, "opts", map("connectorEdition", "premium")));
        License created = exchange.getMessage().getBody(License.class);
        assertEquals(1, simulator().licenses(connector).size());
        assertEquals(JANE, created.getEmail());
        assertEquals(created.getId(), exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
        assertEquals(WriteOutcome.CREATED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    @Test
    void call_10_gets_a_license() {
        String license = janesLicense(connector);
        Exchange exchange =
                succeed("integratorio:licenses?operation=get&connectorId=" + connector + "&licenseId=" + license, null);

        sent("GET", "/connectors/" + connector + "/licenses/" + license, null);
        assertEquals(java.time.Instant.parse(FUTURE), exchange.getMessage().getBody(License.class).getExpires());
    }

    @Test
    void call_11_updates_a_license_and_unknown_fields_survive_get_and_put() {
        String license = janesLicense(connector);
        String uri = "&connectorId=" + connector + "&licenseId=" + license;
        Map<String, Object> before = simulator().license(connector, license);
        License read = succeed("integratorio:licenses?operation=get" + uri, null).getMessage().getBody(License.class);
        simulator().clearRequests();
        succeed("integratorio:licenses?operation=update" + uri, read);

        // The document names its user, so the license is read before.
        assertEquals(2, simulator().requests().size());
        sent(simulator().requests().get(1), "PUT", "/connectors/" + connector + "/licenses/" + license,
                map("expires", FUTURE, "opts", before.get("opts"), "futureField", before.get("futureField")));
        assertEquals(before, simulator().license(connector, license));
    }

    @Test
    void call_12_deletes_a_license() {
        String license = janesLicense(connector);
        succeed("integratorio:licenses?operation=delete&connectorId=" + connector + "&licenseId=" + license, null);

        sent("DELETE", "/connectors/" + connector + "/licenses/" + license, null);
        assertEquals(List.of(), simulator().licenses(connector));
    }

    @Test
    void the_body_is_a_map_or_json_if_configured() {
        String license = janesLicense(connector);
        String uri = "integratorio:licenses?operation=get&connectorId=" + connector + "&licenseId=" + license;
        Object map = succeed(uri + "&outputType=map", null).getMessage().getBody();
        Object json = succeed(uri + "&outputType=json", null).getMessage().getBody();

        assertEquals(license, assertInstanceOf(Map.class, map).get("_id"));
        assertEquals(license, json(assertInstanceOf(String.class, json)).get("_id"));
        String list = succeed("integratorio:licenses?operation=list&outputType=json&connectorId=" + connector, null)
                .getMessage().getBody(String.class);
        assertTrue(list.startsWith("[{") && list.contains(license), list);
    }

    @Test
    void headers_supply_values_missing_from_the_uri() {
        String license = janesLicense(connector);
        Exchange exchange = succeed("integratorio:licenses", null, "CamelIntegratorioOperation", "get",
                IntegratorioConstants.CONNECTOR_ID, connector, IntegratorioConstants.LICENSE_ID, license);

        assertEquals(license, exchange.getMessage().getBody(License.class).getId());
    }

    @Test
    void a_missing_document_is_a_404_or_a_null_body_as_configured() {
        String uri = "integratorio:licenses?operation=get&connectorId=" + connector + "&licenseId=none";
        IntegratorioApiException missing = fail(IntegratorioApiException.class, uri, null);
        Exchange tolerated = succeed(uri + "&notFoundBehaviour=null", null);

        assertEquals(404, missing.getStatusCode());
        assertEquals("licenses get", missing.getOperation());
        assertNull(tolerated.getMessage().getBody());
        assertEquals(404, tolerated.getMessage().getHeader(IntegratorioConstants.STATUS_CODE));
    }

    @Test
    @Covers(59)
    void an_unknown_user_is_an_error_with_the_code_of_the_api() {
        IntegratorioApiException refused = fail(IntegratorioApiException.class,
                "integratorio:licenses?operation=create&expires=P30D&connectorId=" + connector,
                map("email", "nobody@example.com"));

        assertTrue(refused.hasError("invalid_user"));
        assertEquals(422, refused.getStatusCode());
        assertEquals(1, simulator().requestCount());
        assertTrue(!refused.toString().contains("nobody@"), refused.toString());
    }
}
