package io.github.integratorio.kamelets;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.integratorio.camel.IntegratorioComponent;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.kamelets.catalog.KameletsCatalog;
import org.apache.camel.v1.Kamelet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The rules of Apache's Kamelet catalog, and additional rules. */
class KameletRulesTest {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^}:]+)[^}]*}}");

    static List<KameletFile> kamelets() {
        return KameletFile.all();
    }

    @Test
    void the_jar_contains_exactly_these_kamelets() {
        assertEquals(List.of("integratorio-install-base-source", "integratorio-license-create-action",
                "integratorio-license-expire-action", "integratorio-license-expire-sink",
                "integratorio-license-expiry-source", "integratorio-license-list-action",
                "integratorio-license-reconcile-sink",
                "integratorio-license-source", "integratorio-license-upsert-action", "integratorio-license-upsert-sink",
                "integratorio-push-update-sink"), kamelets().stream().map(KameletFile::name).toList());
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void file_name_and_title_match_the_kamelet(KameletFile kamelet) {
        assertEquals(kamelet.name() + ".kamelet.yaml", kamelet.file());
        assertTrue(Set.of("source", "sink", "action").contains(kamelet.type()), kamelet.type());
        assertTrue(kamelet.name().endsWith("-" + kamelet.type()));
        String title = kamelet.definition().path("title").asText();
        String type = kamelet.type();
        assertTrue(title.endsWith(" " + Character.toUpperCase(type.charAt(0)) + type.substring(1)), title);
        goodTitle(title);
        assertFalse(kamelet.definition().path("description").asText().isBlank());
    }

    private static void goodTitle(String title) {
        assertTrue(Character.isUpperCase(title.charAt(0)), title);
        assertFalse(title.matches("(The|An?) .*"), title);
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void every_property_has_a_description(KameletFile kamelet) {
        JsonNode properties = kamelet.definition().path("properties");
        assertEquals("object", kamelet.definition().path("type").asText());
        assertFalse(properties.isEmpty());
        properties.properties().forEach(property -> {
            for (String field : List.of("title", "description", "type")) {
                assertFalse(property.getValue().path(field).asText().isBlank(), property.getKey() + " has no " + field);
            }
            goodTitle(property.getValue().path("title").asText());
        });
        kamelet.required().forEach(name -> assertTrue(properties.has(name), name));
    }

    /** A local default hides the environment: BASE_URL must not determine where the token is sent. */
    @ParameterizedTest
    @MethodSource("kamelets")
    void every_optional_property_has_a_default(KameletFile kamelet) {
        kamelet.definition().path("properties").properties().forEach(property -> assertTrue(
                kamelet.required().contains(property.getKey()) != property.getValue().has("default"),
                property.getKey()));
        assertFalse(kamelet.text().contains("{{?"));
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void secrets_are_marked_as_passwords(KameletFile kamelet) {
        kamelet.definition().path("properties").properties().forEach(property -> {
            boolean password = "password".equals(property.getValue().path("format").asText());
            assertEquals(property.getKey().matches("(?i).*(token|password|secret).*"), password, property.getKey());
            assertEquals(password ? List.of("urn:camel:group:credentials") : List.of(),
                    KameletFile.texts(property.getValue().path("x-descriptors")), property.getKey());
        });
        assertEquals("password", kamelet.definition().at("/properties/accessToken/format").asText());
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void every_declared_property_is_used_and_every_used_property_is_declared(KameletFile kamelet) {
        Set<String> declared = new TreeSet<>();
        kamelet.definition().path("properties").fieldNames().forEachRemaining(declared::add);
        Set<String> used = new TreeSet<>();
        Matcher placeholder = PLACEHOLDER.matcher(kamelet.from().toString());
        while (placeholder.find()) {
            used.add(placeholder.group(1));
        }
        assertEquals(declared, used);
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void sources_end_with_the_sink_and_other_kamelets_start_with_the_source(KameletFile kamelet) {
        List<JsonNode> steps = new ArrayList<>();
        kamelet.from().path("steps").forEach(steps::add);
        if (kamelet.type().equals("source")) {
            assertEquals("kamelet:sink", steps.get(steps.size() - 1).at("/to/uri").asText());
        } else {
            assertEquals("kamelet:source", kamelet.from().path("uri").asText());
            assertEquals("CamelIntegratorio*", steps.get(0).at("/removeHeaders/pattern").asText(),
                    "headers from outside would steer the call");
        }
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void dependencies_name_camel_or_maven_with_a_version(KameletFile kamelet) {
        assertTrue(kamelet.dependencies().contains("camel:kamelet"));
        assertTrue(kamelet.text().contains("mvn:io.github.integratorio:camel-integratorio-component:"));
        for (String dependency : kamelet.dependencies()) {
            assertTrue(dependency.matches("camel:[a-z0-9-]+|mvn:[^:]+:[^:]+:[0-9][A-Za-z0-9.-]*"), dependency);
        }
        Map<String, String> needs =
                Map.of("json:", "camel:jackson", "${body?.", "camel:bean", "stateDirectory", "mvn:com.h2database");
        needs.forEach((text, dependency) -> assertEquals(
                kamelet.from().toString().contains(text.replace("json:", "\"json\":")),
                kamelet.dependencies().stream().anyMatch(one -> one.startsWith(dependency)), dependency));
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void the_icon_is_embedded(KameletFile kamelet) throws Exception {
        String prefix = "data:image/svg+xml;base64,";
        String icon = kamelet.annotation("kamelet.icon");
        assertTrue(icon.startsWith(prefix), icon);
        byte[] svg = Base64.getDecoder().decode(icon.substring(prefix.length()));
        assertEquals("svg",
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg))
                        .getDocumentElement().getTagName());
    }

    @Test
    void all_kamelets_have_the_same_catalog_annotations() {
        List<KameletFile> all = kamelets();
        assertEquals(all.size(), all.stream().map(one -> one.definition().path("title").asText()).distinct().count());
        assertEquals(1, all.stream().map(one -> one.annotation("catalog.version")).distinct().count());
        assertTrue(all.get(0).annotation("catalog.version").matches("[0-9].*"));
        for (String annotation : List.of("provider", "kamelet.group", "kamelet.namespace", "kamelet.support.level")) {
            assertEquals(1, all.stream().map(one -> one.annotation(annotation)).distinct().count(), annotation);
        }
        assertEquals("camel-integratorio", all.get(0).annotation("provider"));
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void the_model_of_a_kamelet_knows_every_field(KameletFile kamelet) throws Exception {
        Kamelet model = new YAMLMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .readValue(kamelet.text(), Kamelet.class);
        assertEquals(kamelet.name(), model.getMetadata().getName());
        assertEquals(kamelet.definition().path("properties").size(),
                model.getSpec().getDefinition().getProperties().size());
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void the_kamelets_match_the_schema_of_the_custom_resource(KameletFile kamelet) throws Exception {
        assertEquals(Set.of(), schema().faults(kamelet.yaml()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/spec", "/spec/definition", "/spec/definition/properties/connectorId", "/spec/dataTypes",
            "/spec/dataTypes/out/types/json" })
    void the_schema_rejects_a_misspelt_field(String where) throws Exception {
        JsonNode yaml = kamelets().get(0).yaml().deepCopy();
        ((ObjectNode) yaml.at(where)).put("tittle", "x");
        assertEquals(1, schema().faults(yaml).size());
    }

    private static ClosedSchema schema() throws Exception {
        try (InputStream in = Kamelet.class.getResourceAsStream("/camel.apache.org_kamelets.yaml")) {
            return ClosedSchema.of(new YAMLMapper().readTree(in).at("/spec/versions/0/schema/openAPIV3Schema"));
        }
    }

    @Test
    void the_camel_catalog_finds_the_kamelets() {
        KameletsCatalog catalog = new KameletsCatalog();
        Set<String> ours =
                catalog.getKameletByProvider("camel-integratorio").stream().map(one -> one.getMetadata().getName())
                        .collect(Collectors.toSet());
        assertEquals(kamelets().stream().map(KameletFile::name).collect(Collectors.toSet()), ours);
        assertTrue(catalog.getKameletsByType("sink").stream()
                .anyMatch(one -> one.getMetadata().getName().equals("integratorio-push-update-sink")));
        assertTrue(catalog.getKameletsName().contains("kafka-source"), "Apache's own are there, too");
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void every_option_exists_in_the_component_and_is_passed_raw(KameletFile kamelet) throws Exception {
        DefaultCamelCatalog catalog = catalog();
        int checked = 0;
        for (JsonNode endpoint : kamelet.endpoints()) {
            String uri = endpoint.path("uri").asText();
            if (!uri.startsWith("integratorio:")) {
                assertTrue(uri.startsWith("kamelet:") && !uri.contains("?"), uri);
                continue;
            }
            assertFalse(uri.contains("?"), uri);
            Map<String, String> options = new LinkedHashMap<>();
            endpoint.path("parameters").properties().forEach(option -> options.put(option.getKey(),
                    value(kamelet, option.getKey(), option.getValue().asText())));
            EndpointValidationResult result = catalog.validateEndpointProperties(catalog.asEndpointUri("integratorio",
                    with(options, "resource", uri.substring("integratorio:".length())), false), false,
                    kamelet.type().equals("source"), !kamelet.type().equals("source"));
            assertTrue(result.isSuccess(), () -> uri + ": " + result.summaryErrorMessage(false));
            checked++;
        }
        assertEquals(1, checked);
    }

    /** Possible values of an option: that in the Kamelet, or the default or an example of the property. */
    private static String value(KameletFile kamelet, String option, String written) {
        if (!written.contains("{{")) {
            return written;
        }
        assertEquals("RAW({{" + option + "}})", written, "a property has the name of its option, and is passed raw");
        JsonNode property = kamelet.definition().path("properties").path(option);
        return property.path("default").asText().isEmpty() ? "x" : property.path("default").asText();
    }

    private static Map<String, String> with(Map<String, String> options, String name, String value) {
        options.put(name, value);
        return options;
    }

    private static DefaultCamelCatalog catalog() throws Exception {
        try (InputStream in = IntegratorioComponent.class
                .getResourceAsStream("/META-INF/io/github/integratorio/camel/integratorio.json")) {
            DefaultCamelCatalog catalog = new DefaultCamelCatalog();
            catalog.addComponent("integratorio", IntegratorioComponent.class.getName(),
                    new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return catalog;
        }
    }

    @Test
    void the_check_of_options_detects_a_misspelt_one() throws Exception {
        assertFalse(catalog()
                .validateEndpointProperties("integratorio:licenses?operation=upsert&conectorId=x", false, false, true)
                .isSuccess());
    }
}
