package io.github.integratorio.tests.camelk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.apache.camel.v1.CamelCatalogSpec;
import org.apache.camel.v1.IntegrationSpec;
import org.apache.camel.v1.PipeSpec;

/** A manifest for a cluster. */
record Manifest(Path path, JsonNode yaml) {

    static final Path FOLDER = Path.of("..", "..", "docs", "runtimes", "camel-k");

    /** Rejects fields that are not in the model, as a cluster does, and values of another type. */
    private static final YAMLMapper STRICT = YAMLMapper.builder().disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual,
                    config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    static Manifest read(String name) {
        Path path = FOLDER.resolve(name);
        try {
            return new Manifest(path, STRICT.readTree(path.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All manifests that are applied to a cluster unchanged. */
    static List<Manifest> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*\\.(integration|pipe)\\.yaml")).sorted()
                    .map(Manifest::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String kind() {
        return yaml.path("kind").asText();
    }

    JsonNode spec() {
        return yaml.path("spec");
    }

    /** The Maven coordinates in the manifest. */
    List<String> artifacts() {
        List<String> artifacts = new ArrayList<>();
        spec().path("dependencies").forEach(dependency -> {
            if (dependency.asText().startsWith("mvn:")) {
                artifacts.add(dependency.asText().substring("mvn:".length()));
            }
        });
        return artifacts;
    }

    /**
     * Reads the specification as a cluster does.
     *
     * @throws JsonProcessingException if it cannot
     */
    void check() throws JsonProcessingException {
        ObjectNode spec = spec().deepCopy();
        // Newer than the model.
        if (spec.at("/traits/camel") instanceof ObjectNode camel) {
            camel.remove("runtimeProvider");
        }
        switch (kind()) {
            case "Integration" -> STRICT.treeToValue(spec, IntegrationSpec.class);
            case "Pipe" -> {
                // A Pipe has these two fields since 2.9, like an Integration.
                ObjectNode newer = STRICT.createObjectNode();
                for (String field : List.of("dependencies", "traits")) {
                    newer.set(field, spec.remove(field));
                }
                STRICT.treeToValue(newer, IntegrationSpec.class);
                STRICT.treeToValue(spec, PipeSpec.class);
            }
            case "" -> STRICT.treeToValue(spec, CamelCatalogSpec.class);
            default -> throw new AssertionError("kind: " + kind());
        }
    }

    @Override
    public String toString() {
        return path.getFileName().toString();
    }
}
