package io.github.integratorio.kamelets;

import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;

import org.apache.camel.kamelets.catalog.KameletsCatalog;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** The published jar; it is on the class path instead of the folder with the classes. */
class JarIT {

    private static final Path JAR = Path.of(System.getProperty("kamelets.jar"));

    @Test
    void the_jar_contains_only_kamelets() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> files = jar.stream().map(entry -> entry.getName())
                    .filter(name -> !name.endsWith("/") && !name.startsWith("META-INF/")).sorted().toList();
            assertEquals(KameletFile.all().stream().map(kamelet -> "kamelets/" + kamelet.file()).toList(), files);
        }
    }

    @Test
    void the_kamelets_are_found_in_the_jar() throws Exception {
        KameletsCatalog catalog = new KameletsCatalog();
        for (KameletFile kamelet : KameletFile.all()) {
            assertNotNull(catalog.getKameletDefinition(kamelet.name()), kamelet.name());
            String found = getClass().getResource("/kamelets/" + kamelet.file()).toString();
            assertEquals("jar:" + JAR.toUri().toURL() + "!/kamelets/" + kamelet.file(), found);
        }
    }
}
