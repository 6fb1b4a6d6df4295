package io.github.integratorio.camel.conventions;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

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
        try (InputStream in = ReferencePageTest.class.getResourceAsStream("/META-INF/io/github/integratorio/camel/integratorio.json")) {
            json = new ObjectMapper().readTree(in);
        }
        StringBuilder page = new StringBuilder("# Reference\n\nGenerated from the component's descriptor; do not edit.\n\n`")
                .append(json.at("/component/syntax").asText()).append("`\n\n## Operations\n\n| resource | operation | needs | body in | API call |\n|---|---|---|---|---|\n");
        for (OperationDefinition row : OperationDefinition.values()) {
            page.append("| ").append(row.resource).append(" | ").append(row.operation).append(" | ").append(row.needs).append(" | ")
                    .append(row.takes).append(" | ")
                    .append(row.call == null ? "several" : "`" + row.call.method() + " " + row.call.pathTemplate() + "`").append(" |\n");
        }
        table(page, "Endpoint options", json.get("properties"));
        table(page, "Component options", json.get("componentProperties"));
        page.append("\n## Headers\n\n| header | type | meaning |\n|---|---|---|\n");
        json.get("headers").fields().forEachRemaining(entry -> page.append("| `").append(entry.getKey()).append("` | ")
                .append(type(entry.getValue())).append(" | ").append(entry.getValue().get("description").asText()).append(" |\n"));
        return page.toString();
    }

    private static void table(StringBuilder page, String title, JsonNode options) {
        page.append("\n## ").append(title).append("\n\n| option | type | default | meaning |\n|---|---|---|---|\n");
        options.fields().forEachRemaining(entry -> page.append("| `").append(entry.getKey()).append('`')
                .append(entry.getValue().path("secret").asBoolean() ? " (secret)" : "").append(" | ").append(type(entry.getValue()))
                .append(" | ").append(entry.getValue().path("defaultValue").asText("")).append(" | ")
                .append(entry.getValue().get("description").asText()).append(" |\n"));
    }

    private static String type(JsonNode option) {
        if (option.has("enum")) {
            StringBuilder values = new StringBuilder();
            option.get("enum").forEach(value -> values.append(values.length() == 0 ? "" : ", ").append(value.asText()));
            return values.toString();
        }
        String type = option.path("javaType").asText();
        return type.substring(type.lastIndexOf('.') + 1);
    }
}
