package io.github.integratorio.tests.quarkus;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** The plain jar of the component in a Quarkus application, in JVM mode. */
@QuarkusTest
@QuarkusTestResource(Scene.class)
class LicenseRoutesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TestHTTPResource
    URI application;
    Scene scene;

    private String ask(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        assertEquals(200, response.statusCode(), response.body());
        return response.body();
    }

    @Test
    void a_sign_up_creates_a_license_and_its_installation_is_delivered_as_a_message() throws Exception {
        String license = ask(HttpRequest.newBuilder(application.resolve("/sign-ups"))
                .POST(BodyPublishers.ofString("{\"email\": \"jane@example.com\"}")));
        List<Map<String, Object>> licenses = scene.simulator.licenses(scene.connector);
        assertEquals(1, licenses.size());
        String id = licenses.get(0).get("_id").toString();
        assertTrue(license.contains(id), license);

        // Rows of the first poll are not changes.
        await().atMost(PATIENCE).until(() -> scene.simulator.count("GET", ".*/installBase") > 3);
        String integration = scene.simulator.install(scene.connector, id);
        await().atMost(PATIENCE).until(() -> ask(HttpRequest.newBuilder(application.resolve("/changes"))).contains(integration));
    }
}
