package io.github.integratorio.camel.conventions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.IntegratorioComponent;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.ConfigurationPropertiesValidationResult;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;

/** Checks uses of the component in texts against its descriptor, as an IDE does. */
final class UsageCheck {

    private static final Pattern YAML_BLOCK = Pattern
            .compile("(?m)^([ \\t]*)(?:```yaml|\\[source,\\s*yaml\\]\\R----)\\R((?s:.*?))^[ \\t]*(?:```|----)\\s*$");
    /** Properties of the Spring Boot starter, not of the component. */
    private static final Set<String> OF_THE_STARTER = Set.of("enabled", "customizer.enabled");

    private final CamelCatalog catalog = new DefaultCamelCatalog();

    UsageCheck() throws IOException {
        catalog.enableCache();
        try (InputStream json = IntegratorioComponent.class
                .getResourceAsStream("/META-INF/io/github/integratorio/camel/integratorio.json")) {
            catalog.addComponent("integratorio", IntegratorioComponent.class.getName(),
                    new String(json.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** All uses in a file; its name determines its format. */
    static List<Use> uses(String file, String text) {
        List<Use> uses = new ArrayList<>(new TextUses(text).all());
        if (file.endsWith(".yaml")) {
            uses.addAll(new YamlUses(0).all(text));
        } else if (file.endsWith(".md") || file.endsWith(".adoc")) {
            Matcher block = YAML_BLOCK.matcher(text);
            while (block.find()) {
                int before = (int) text.substring(0, block.start(2)).chars().filter(c -> c == '\n').count();
                uses.addAll(new YamlUses(before).all(block.group(2)));
            }
        }
        return uses;
    }

    /** The problems in a file, each with file name and line; empty if there are none. */
    List<String> problems(String file, String text) {
        return uses(file, text).stream()
                .flatMap(use -> problem(use).map(problem -> file + ":" + use.line() + ": " + problem)).distinct()
                .toList();
    }

    private Stream<String> problem(Use use) {
        if (use.kind() == Use.Kind.PROPERTY) {
            return property(use.text());
        }
        EndpointValidationResult result = catalog.validateEndpointProperties(lenient(use.text()), false,
                use.kind() == Use.Kind.CONSUMER, use.kind() == Use.Kind.PRODUCER);
        return result.isSuccess() ? Stream.empty() : Stream.of(oneLine(result.summaryErrorMessage(true)));
    }

    private Stream<String> property(String text) {
        if (OF_THE_STARTER.contains(text.substring("camel.component.integratorio.".length(), text.indexOf('=')))) {
            return Stream.empty();
        }
        ConfigurationPropertiesValidationResult result = catalog.validateConfigurationProperty(text);
        return result.isAccepted() && result.isSuccess() ? Stream.empty()
                : Stream.of(text + ": " + oneLine(result.summaryErrorMessage(true)));
    }

    private static String lenient(String uri) {
        String[] parts = uri.split("\\?", 2);
        return parts.length == 1 ? uri : parts[0] + "?" + Stream.of(parts[1].split("&")).map(option -> {
            String[] pair = option.split("=", 2);
            return pair.length == 1 ? option + "=" + Use.UNKNOWN : pair[0] + "=" + Use.known(pair[1]);
        }).collect(Collectors.joining("&"));
    }

    private static String oneLine(String summary) {
        return String.valueOf(summary).replaceAll("[\\s-]*\\R\\s*", " ").replaceAll("-{5,}|\\s{2,}", " ").strip();
    }
}
