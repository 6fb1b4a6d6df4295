package io.github.integratorio.camel.springboot;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The descriptor of the component. */
final class Descriptor {

    private Descriptor() {
    }

    /** The options of the component by name. */
    static Map<String, JsonNode> options() throws IOException {
        try (InputStream in =
                Descriptor.class.getResourceAsStream("/META-INF/io/github/integratorio/camel/integratorio.json")) {
            Map<String, JsonNode> options = new LinkedHashMap<>();
            new ObjectMapper().readTree(in).get("componentProperties").fields()
                    .forEachRemaining(option -> options.put(option.getKey(), option.getValue()));
            return options;
        }
    }

    /** Converts accessToken to access-token. */
    static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase();
    }
}
