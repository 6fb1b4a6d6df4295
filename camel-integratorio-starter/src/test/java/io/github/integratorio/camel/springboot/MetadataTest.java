package io.github.integratorio.camel.springboot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** The metadata for IDEs matches the component's descriptor; {@code -Dmetadata.write=true} writes it. */
class MetadataTest {

    private static final String PREFIX = "camel.component.integratorio";
    private static final Path FILE =
            Path.of("src", "main", "resources", "META-INF", "spring-configuration-metadata.json");

    @Test
    void the_metadata_contains_exactly_the_options_of_the_component_with_description_and_default() throws Exception {
        String expected = metadata();
        if (Boolean.getBoolean("metadata.write")) {
            Files.writeString(FILE, expected);
        }
        assertEquals(expected, Files.readString(FILE),
                "stale: mvn -pl camel-integratorio-starter -am test -Dtest=MetadataTest -Dsurefire.failIfNoSpecifiedTests=false -Dmetadata.write=true");
    }

    @Test
    void every_type_exists() throws Exception {
        for (JsonNode property : new ObjectMapper().readTree(FILE.toFile()).get("properties")) {
            Class.forName(property.get("type").asText());
        }
    }

    @Test
    void every_property_in_the_guide_and_the_example_exists() throws Exception {
        Set<String> names = new TreeSet<>();
        new ObjectMapper().readTree(FILE.toFile()).get("properties")
                .forEach(property -> names.add(property.get("name").asText()));
        for (String file : List.of("docs/runtimes/spring-boot.md",
                "camel-integratorio-examples/spring-boot/src/main/resources/application.properties",
                "camel-integratorio-examples/spring-boot/src/main/resources/application-live.properties")) {
            Set<String> named = Pattern.compile(PREFIX.replace(".", "\\.") + "\\.[a-z.-]+")
                    .matcher(Files.readString(Path.of("..", file))).results()
                    .map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
            assertFalse(named.isEmpty(), file);
            named.removeAll(names);
            assertEquals(Set.of(), named, file);
        }
    }

    private static String metadata() throws Exception {
        Map<String, ObjectNode> properties = new TreeMap<>();
        add(properties, "enabled", "java.lang.Boolean", "Enable the properties of the integratorio component.")
                .put("defaultValue", true);
        add(properties, "customizer.enabled", "java.lang.Boolean",
                "Apply the properties to the component when it is created.").put("defaultValue", true);
        Descriptor.options().forEach((name, option) -> {
            ObjectNode property =
                    add(properties, Descriptor.dashed(name), type(option), option.get("description").asText());
            if (option.has("defaultValue")) {
                property.set("defaultValue", option.get("defaultValue"));
            }
        });
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.putArray("groups").addObject().put("name", PREFIX).put("description",
                "Options of the Camel component integratorio.");
        ArrayNode list = root.putArray("properties");
        properties.values().forEach(list::add);
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        return new ObjectMapper().writer(new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines))
                .writeValueAsString(root) + "\n";
    }

    private static ObjectNode add(Map<String, ObjectNode> properties, String name, String type, String description) {
        ObjectNode property = new ObjectMapper().createObjectNode();
        property.put("name", PREFIX + "." + name).put("type", type).put("description", description);
        properties.put(name, property);
        return property;
    }

    private static String type(JsonNode option) {
        if (option.get("type").asText().equals("duration")) {
            return "java.time.Duration";
        }
        return switch (option.get("javaType").asText()) {
            case "boolean" -> "java.lang.Boolean";
            case "int" -> "java.lang.Integer";
            case "long" -> "java.lang.Long";
            default -> option.get("javaType").asText();
        };
    }
}
