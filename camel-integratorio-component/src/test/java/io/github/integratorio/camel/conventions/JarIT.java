package io.github.integratorio.camel.conventions;

import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The jar contains all files that tools need, and no others. */
class JarIT {

    @Test
    void the_jar_contains_the_files_that_tools_read_and_no_other_file_in_its_root() throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("component.jar"))) {
            Set<String> names = jar.stream().map(entry -> entry.getName()).collect(Collectors.toSet());
            for (String name : List.of("META-INF/LICENSE", "META-INF/NOTICE",
                    "META-INF/io/github/integratorio/camel/integratorio.json",
                    "io/github/integratorio/camel/integratorio.json", "META-INF/jandex.idx",
                    "META-INF/services/org/apache/camel/component.properties",
                    "META-INF/services/org/apache/camel/component/integratorio",
                    "META-INF/services/org/apache/camel/TypeConverterLoader",
                    "META-INF/services/org/apache/camel/send-dynamic/integratorio",
                    "META-INF/services/org.apache.camel.telemetry.SpanDecorator",
                    "io/github/integratorio/camel/IntegratorioConverterLoader.class",
                    "org/apache/camel/builder/endpoint/dsl/IntegratorioEndpointBuilderFactory.class",
                    "org/apache/camel/builder/component/dsl/IntegratorioComponentBuilderFactory.class")) {
                assertTrue(names.contains(name), "missing: " + name);
            }
            assertEquals(Set.of(), names.stream().filter(name -> !name.contains("/")).collect(Collectors.toSet()));
        }
    }

    @Test
    void the_manifest_imports_optional_packages_as_optional_and_has_no_header_that_changes_from_build_to_build()
            throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("component.jar"))) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("io.github.integratorio.camel", manifest.getValue("Bundle-SymbolicName"));
            String exports = manifest.getValue("Export-Package");
            for (String exported : List.of("camel;", "camel.api;", "camel.transform;")) {
                assertTrue(exports.contains("io.github.integratorio." + exported), exports);
            }
            assertFalse(exports.contains("internal") || exports.contains("org.apache.camel.builder."), exports);
            String imports = manifest.getValue("Import-Package");
            assertTrue(imports.contains("org.apache.camel.support,") || imports.contains("org.apache.camel.support;"),
                    imports);
            for (String optional : List.of("io.micrometer.core.instrument", "org.apache.camel.builder.endpoint",
                    "org.apache.camel.telemetry", "org.h2.jdbcx")) {
                assertTrue(imports.matches(".*\\b" + optional + ";resolution:=optional.*"),
                        optional + " in " + imports);
            }
            assertEquals(
                    Set.of("Manifest-Version", "Created-By", "Build-Jdk-Spec", "Implementation-Title",
                            "Implementation-Version"),
                    manifest.keySet().stream().map(Object::toString)
                            .filter(name -> !name.matches(
                                    "Bundle-.*|(Ex|Im)port-Package|(Provide|Require)-Capability|Private-Package"))
                            .collect(Collectors.toSet()));
        }
    }
}
