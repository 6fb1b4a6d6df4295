package io.github.integratorio.kamelets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** The schemas that the Kaoto editor uses for Kamelets and Pipes; {@code -Pkaoto} downloads them. */
@EnabledIfSystemProperty(named = "kaoto.schemas", matches = ".+")
class KaotoSchemaTest {

    private static ClosedSchema schema(String kind) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("kaoto.schemas")))) {
            Path file =
                    files.filter(one -> one.getFileName().toString().startsWith("crd-schema-" + kind + "-")).findFirst()
                            .orElseThrow();
            return ClosedSchema.of(new ObjectMapper().readTree(file.toFile()));
        }
    }

    @Test
    void the_kamelets_match_the_schema_of_kaoto() throws IOException {
        ClosedSchema schema = schema("kamelet");
        KameletFile.all().forEach(kamelet -> assertEquals(Set.of(), schema.faults(kamelet.yaml()), kamelet.name()));
    }

    @Test
    void the_pipes_match_the_schema_of_kaoto() throws IOException {
        ClosedSchema schema = schema("pipe");
        List<Path> pipes;
        try (Stream<Path> files = Files.list(Path.of("..", "docs", "runtimes", "pipes"))) {
            pipes = files.toList();
        }
        assertFalse(pipes.isEmpty());
        pipes.forEach(pipe -> {
            try {
                assertEquals(Set.of(), schema.faults(new YAMLMapper().readTree(pipe.toFile())), pipe.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
