package io.github.integratorio.tests.camelk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A cluster accepts the files in docs/runtimes/camel-k. */
class ManifestTest {

    private static final String GROUP = "io.github.integratorio";
    private static final String VERSION = System.getProperty("project.version");

    static List<Manifest> manifests() {
        return Manifest.all();
    }

    @Test
    void there_is_one_manifest_of_each_kind() {
        assertEquals(List.of("Pipe", "Integration"), manifests().stream().map(Manifest::kind).toList());
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void the_manifests_match_the_model_of_camel_k(Manifest manifest) throws Exception {
        assertEquals("camel.apache.org/v1", manifest.yaml().path("apiVersion").asText());
        assertTrue(manifest.toString().startsWith(manifest.yaml().at("/metadata/name").asText() + "."),
                manifest.toString());
        manifest.check();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void the_model_rejects_a_misspelt_field_and_a_value_of_another_type(Manifest manifest) {
        for (String place : List.of("/spec", "/spec/traits/mount")) {
            JsonNode misspelt = manifest.yaml().deepCopy();
            ((ObjectNode) misspelt.at(place)).put("dependancies", "x");
            assertThrows(JsonProcessingException.class, new Manifest(manifest.path(), misspelt)::check, place);
        }
        JsonNode mistyped = manifest.yaml().deepCopy();
        ((ObjectNode) mistyped.at("/spec/traits/camel")).put("runtimeVersion", 3.33);
        assertThrows(JsonProcessingException.class, new Manifest(manifest.path(), mistyped)::check);
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void the_manifests_name_this_version(Manifest manifest) {
        assertFalse(manifest.artifacts().isEmpty());
        manifest.artifacts().forEach(artifact -> assertTrue(
                artifact.matches(GROUP + ":camel-integratorio-(component|kamelets):" + VERSION), artifact));
    }

    @Test
    void the_catalog_patch_matches_the_model_and_names_the_component() throws Exception {
        Manifest patch = Manifest.read("catalog-patch.yaml");
        patch.check();

        JsonNode artifact = patch.spec().at("/artifacts/camel-integratorio-component");
        assertEquals(GROUP, artifact.path("groupId").asText());
        assertEquals("camel-integratorio-component", artifact.path("artifactId").asText());
        assertEquals(VERSION, artifact.path("version").asText());
        assertEquals("integratorio", artifact.at("/schemes/0/id").asText());
        assertEquals(1, artifact.path("schemes").size());
    }

    @Test
    void the_page_names_each_manifest() throws Exception {
        String page = Files.readString(Manifest.FOLDER.resolve(Path.of("..", "camel-k.md")));
        manifests().forEach(manifest -> assertTrue(page.contains(manifest.toString()), manifest.toString()));
        assertTrue(page.contains("catalog-patch.yaml") && page.contains("integratorio.properties"));
    }
}
