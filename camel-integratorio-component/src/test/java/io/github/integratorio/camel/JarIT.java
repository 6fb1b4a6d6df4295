package io.github.integratorio.camel;

import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The jar as users get it: complete for their tools, with nothing stray in it. */
class JarIT {

    @Test
    void the_jar_holds_what_tools_look_for_and_nothing_else_in_its_root() throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("component.jar"))) {
            Set<String> names = jar.stream().map(entry -> entry.getName()).collect(Collectors.toSet());
            for (String name : List.of("META-INF/io/github/integratorio/camel/integratorio.json",
                    "io/github/integratorio/camel/integratorio.json", "META-INF/jandex.idx",
                    "META-INF/services/org/apache/camel/component.properties", "META-INF/services/org/apache/camel/component/integratorio",
                    "META-INF/services/org/apache/camel/TypeConverterLoader", "META-INF/services/org/apache/camel/send-dynamic/integratorio",
                    "io/github/integratorio/camel/IntegratorioConverterLoader.class",
                    "org/apache/camel/builder/endpoint/dsl/IntegratorioEndpointBuilderFactory.class",
                    "org/apache/camel/builder/component/dsl/IntegratorioComponentBuilderFactory.class")) {
                assertTrue(names.contains(name), "missing: " + name);
            }
            assertEquals(Set.of(), names.stream().filter(name -> !name.contains("/")).collect(Collectors.toSet()));
        }
    }
}
