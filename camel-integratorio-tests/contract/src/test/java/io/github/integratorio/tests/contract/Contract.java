package io.github.integratorio.tests.contract;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.integratorio.simulator.RecordedRequest;

/** The API as described by docs/openapi.yaml. */
record Contract(ObjectNode document) {

    private static final String BASE_PATH = "/v1";

    static Contract read() throws IOException {
        return new Contract(
                (ObjectNode) new YAMLMapper().readTree(Path.of("..", "..", "docs", "openapi.yaml").toFile()));
    }

    /** All operations, as {@code GET /connectors/{connectorId}}. */
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(method -> {
            if (method.getValue().has("operationId")) {
                operations.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
            }
        }));
        return operations;
    }

    /** The operation of a request. */
    String operation(RecordedRequest request) {
        String sent = request.method() + " " + request.path().substring(BASE_PATH.length()).replaceFirst("\\?.*", "");
        return operations().stream().filter(operation -> sent.matches(operation.replaceAll("\\{.*?}", "[^/]+")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not in the document: " + sent));
    }

    /** A copy of this contract with an additional required field of a new license. */
    Contract demanding(String field) {
        ObjectNode changed = document.deepCopy();
        JsonNode license = changed
                .at("/paths/~1connectors~1{connectorId}~1licenses/post/requestBody/content/application~1json/schema");
        ((ArrayNode) license.at("/allOf/1/required")).add(field);
        return new Contract(changed);
    }

    /** Writes the contract for Prism, which ignores the path in {@code servers}: each path is prefixed with it. */
    void write(Path file) throws IOException {
        ObjectNode whole = document.deepCopy();
        ObjectNode paths = whole.putObject("paths");
        document.path("paths").properties().forEach(path -> paths.set(BASE_PATH + path.getKey(), path.getValue()));
        new ObjectMapper().writeValue(file.toFile(), whole);
    }
}
