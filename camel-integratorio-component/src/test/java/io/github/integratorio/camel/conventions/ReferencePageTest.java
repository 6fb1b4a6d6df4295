package io.github.integratorio.camel.conventions;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.camel.internal.producer.OperationDefinition;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Checks that docs/reference.md matches the descriptor and the operations; {@code -Dreference.write=true} writes it. */
class ReferencePageTest {

    @Test
    void the_reference_page_is_up_to_date() throws Exception {
        Path page = Path.of("..", "docs", "reference.md");
        String expected = page();
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(page, expected);
        }
        assertEquals(expected, Files.readString(page),
                "stale: mvn -pl camel-integratorio-component -am test -Dtest=ReferencePageTest -Dsurefire.failIfNoSpecifiedTests=false -Dreference.write=true");
    }

    private static String page() throws Exception {
        JsonNode json;
        try (InputStream in = ReferencePageTest.class
                .getResourceAsStream("/META-INF/io/github/integratorio/camel/integratorio.json")) {
            json = new ObjectMapper().readTree(in);
        }
        StringBuilder page = new StringBuilder(
                "# Reference\n\nGenerated from the component's descriptor; do not edit.\n\n`")
                .append(json.at("/component/syntax").asText())
                .append("`\n\n## Operations\n\n| resource | operation | required | body | API call |\n|---|---|---|---|---|\n");
        for (OperationDefinition operation : OperationDefinition.values()) {
            page.append("| `").append(operation.resource).append("` | `").append(operation.operationName())
                    .append("` | ")
                    .append(required(operation.requiredId)).append(" | ").append(body(operation.bodyKind)).append(" | ")
                    .append(operation.call == null ? "several"
                            : "`" + operation.call.method() + " " + operation.call.pathTemplate() + "`")
                    .append(" |\n");
        }
        options(page, json.get("properties"), json.get("componentProperties"));
        page.append("\n## Headers\n\n| header | type | meaning |\n|---|---|---|\n");
        json.get("headers").fields().forEachRemaining(entry -> page.append("| `").append(entry.getKey()).append("` | ")
                .append(type(entry.getValue())).append(" | ").append(entry.getValue().get("description").asText())
                .append(" |\n"));
        return page.toString();
    }

    private static String required(OperationDefinition.RequiredId ids) {
        return switch (ids) {
            case NONE -> "";
            case CONNECTOR -> "connectorId";
            case LICENSE -> "connectorId, licenseId";
            case LICENSE_OR_EMAIL -> "connectorId, licenseId or email";
        };
    }

    private static String body(OperationDefinition.BodyKind kind) {
        return switch (kind) {
            case NONE -> "";
            case CONNECTOR -> "connector";
            case LICENSE, LICENSE_CHANGE -> "license";
            case LICENSES -> "license, or a List of licenses";
            case ALL_LICENSES -> "all licenses of the connector";
            case IDS -> "ids of integrations";
        };
    }

    /** One table of all options; the component has most of the endpoint's, with the same meaning. */
    private static void options(StringBuilder page, JsonNode endpoint, JsonNode component) {
        page.append(
                "\n## Options\n\nA component option is the default for all endpoints and can be set as `camel.component.integratorio.*`. Enum values can be written in\nany of Camel's spellings, such as `PUSH_UPDATE`, `push-update` or `pushUpdate`.\n"
                        + "\n| option | set on | type | default | meaning |\n|---|---|---|---|---|\n");
        endpoint.fields().forEachRemaining(entry -> {
            JsonNode same = component.get(entry.getKey());
            if (same != null) {
                assertEquals(same.get("description"), entry.getValue().get("description"), entry.getKey());
                assertEquals(type(same), type(entry.getValue()), entry.getKey());
            }
            option(page, entry, same == null ? "endpoint" : "component, endpoint");
        });
        component.fields().forEachRemaining(entry -> {
            if (!endpoint.has(entry.getKey())) {
                option(page, entry, "component");
            }
        });
    }

    private static void option(StringBuilder page, Map.Entry<String, JsonNode> option, String place) {
        page.append("| `").append(option.getKey()).append('`')
                .append(option.getValue().path("secret").asBoolean() ? " (secret)" : "").append(" | ").append(place)
                .append(" | ")
                .append(type(option.getValue())).append(" | ").append(option.getValue().path("defaultValue").asText(""))
                .append(" | ").append(option.getValue().get("description").asText()).append(" |\n");
    }

    private static String type(JsonNode option) {
        if (option.has("enum")) {
            StringBuilder values = new StringBuilder();
            option.get("enum").forEach(value -> values.append(values.length() == 0 ? "" : ", ").append(value.asText()));
            return values.toString();
        }
        if ("duration".equals(option.path("type").asText())) {
            return "duration";
        }
        return option.path("javaType").asText().replaceAll("[a-z]\\w*\\.", "");
    }
}
