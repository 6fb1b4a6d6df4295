package io.github.integratorio.camel.springboot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.ClassPathResource;

/**
 * An option of the component, as its descriptor has it.
 *
 * @param name   its name in camel case
 * @param number type of its number; null if it is none, as a duration may have a unit
 * @param secret whether nobody may see its value
 */
record Option(String name, Class<? extends Number> number, boolean secret) {

    private static final String DESCRIPTOR = "META-INF/io/github/integratorio/camel/integratorio.json";

    /** All of them; {@code configuration} first, since it holds what the others set. */
    static List<Option> all() {
        ClassPathResource descriptor = new ClassPathResource(DESCRIPTOR, IntegratorioComponent.class.getClassLoader());
        try {
            Map<String, Object> json =
                    JsonParserFactory.getJsonParser().parseMap(descriptor.getContentAsString(StandardCharsets.UTF_8));
            return ((Map<?, ?>) json.get("componentProperties")).entrySet().stream()
                    .map(entry -> option((String) entry.getKey(), (Map<?, ?>) entry.getValue()))
                    .sorted(Comparator.comparing(option -> !option.name().equals("configuration")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Option option(String name, Map<?, ?> described) {
        Class<? extends Number> number = !"integer".equals(described.get("type")) ? null
                : "long".equals(described.get("javaType")) ? Long.class : Integer.class;
        return new Option(name, number, Boolean.TRUE.equals(described.get("secret")));
    }

    /** Its name in Spring Boot: accessToken is access-token. */
    String property() {
        return DataObjectPropertyName.toDashedForm(name);
    }
}
