package io.github.integratorio.kamelets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** A Kamelet of this module as packaged, with versions inserted. */
record KameletFile(String file, String text, JsonNode yaml) {

    private static final Path FOLDER = Path.of("target", "classes", "kamelets");

    /** All Kamelets, by name. */
    static List<KameletFile> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(KameletFile::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KameletFile read(Path file) {
        try {
            String text = Files.readString(file);
            return new KameletFile(file.getFileName().toString(), text, new YAMLMapper().readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return yaml.at("/metadata/name").asText();
    }

    String type() {
        return yaml.at("/metadata/labels").path("camel.apache.org/kamelet.type").asText();
    }

    String annotation(String name) {
        return yaml.at("/metadata/annotations").path("camel.apache.org/" + name).asText();
    }

    JsonNode definition() {
        return yaml.at("/spec/definition");
    }

    JsonNode from() {
        return yaml.at("/spec/template/from");
    }

    List<String> required() {
        return texts(definition().path("required"));
    }

    List<String> dependencies() {
        return texts(yaml.at("/spec/dependencies"));
    }

    /** Each node with a URI, which is called or polled. */
    List<JsonNode> endpoints() {
        List<JsonNode> found = new ArrayList<>(from().findParents("uri"));
        if (!found.contains(from())) {
            found.add(from());
        }
        return found;
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    @Override
    public String toString() {
        return file;
    }
}
