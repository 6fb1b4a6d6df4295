package io.github.integratorio.camel.internal.changefeed.store;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** An application that is loaded by a class loader of its own, as in a server of applications. */
class RedeployedStoreTest {

    /** Loaded once more by that class loader. */
    public static final class Application {
        private Application() {
        }

        /** The JDBC drivers that the JVM keeps after the store was closed, and with each of them the class loader. */
        public static long drivers(Path directory) {
            EmbeddedFeedStore.open(directory).close();
            return DriverManager.drivers()
                    .filter(driver -> driver.getClass().getClassLoader() == Application.class.getClassLoader()).count();
        }
    }

    @Test
    void a_store_that_was_closed_leaves_no_driver_in_the_jvm(@TempDir Path directory) throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String part : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(File.pathSeparator)) {
            classPath.add(Path.of(part).toUri().toURL());
        }
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            assertEquals(0L, loader.loadClass(Application.class.getName()).getMethod("drivers", Path.class).invoke(null,
                    directory));
        }
    }
}
