package io.github.integratorio.camel.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * With {@code -Dcanary=true}, every test fails that leaves the simulator's token, or a whole e-mail address, where somebody could read it: in the
 * component's log at its finest level or another one, in Camel's MBeans, or the token in a file of the test.
 */
public final class Canary implements BeforeAllCallback, AfterTestExecutionCallback {

    private static final boolean ON = Boolean.getBoolean("canary");
    private static final String TOKEN = "simulator-token";
    private static final Pattern ADDRESS = Pattern.compile("[\\w.+-]*\\w@\\w[\\w-]*\\.\\w+");
    private static final String OURS = "io.github.integratorio.camel";
    private static final Set<String> FOUND = new ConcurrentSkipListSet<>();
    private static final int LONGEST = 600;
    private static final long LARGEST_FILE = 5_000_000;
    /** Held, so that its level stays. Camel's own loggers show whole URIs below INFO. */
    private static final Logger LOGGER = Logger.getLogger(OURS);
    private static Logger root;

    @Override
    public void beforeAll(ExtensionContext context) {
        if (ON && root == null) {
            LOGGER.setLevel(Level.ALL);
            root = LogManager.getLogManager().getLogger("");
            root.addHandler(new Reader());
        }
    }

    /** Reads each record as a formatter would print it. */
    private static final class Reader extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
            String logger = String.valueOf(line.getLoggerName());
            if (logger.startsWith(OURS) || logger.startsWith("org.apache.camel")) {
                // By its CamelLogger, Camel also writes the exceptions of the tests' own routes, as they are.
                look("log of " + logger, formatter.format(line),
                        logger.startsWith(OURS)
                                && !"org.apache.camel.spi.CamelLogger".equals(line.getSourceClassName()));
            }
        }

        @Override
        public void flush() {
            // Nothing is kept.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static void look(String where, String text, boolean forAddresses) {
        if (text.contains(TOKEN) || forAddresses && ADDRESS.matcher(text).find()) {
            FOUND.add(where + ": " + text.substring(0, Math.min(LONGEST, text.length())));
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws Exception {
        if (!ON) {
            return;
        }
        readMBeans();
        readFiles();
        List<String> found = List.copyOf(FOUND);
        FOUND.clear();
        if (!found.isEmpty()) {
            throw new AssertionError("found " + found);
        }
    }

    private static void readMBeans() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : new TreeSet<>(server.queryNames(new ObjectName("org.apache.camel:*"), null))) {
            look("MBean", name.toString(), !isModel(name));
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                try {
                    Object value = server.getAttribute(name, attribute.getName());
                    look("MBean " + name + " " + attribute.getName(),
                            value instanceof Object[] many ? Arrays.toString(many) : String.valueOf(value),
                            !isModel(name));
                } catch (JMException | RuntimeException e) {
                    // An attribute that cannot be read now shows nothing.
                    continue;
                }
            }
        }
    }

    private static void readFiles() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Predicate<Path> isTests = path -> path.getFileName().toString().startsWith("junit");
        try (Stream<Path> directories = Files.list(temporary).filter(isTests)) {
            for (Path directory : directories.toList()) {
                readFilesIn(directory);
            }
        }
    }

    private static void readFilesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Canary::isSmallFile).toList()) {
                look("file " + file.getFileName(), Files.readString(file, StandardCharsets.ISO_8859_1), false);
            }
        } catch (NoSuchFileException | UncheckedIOException e) {
            // Another process of tests has just deleted it.
            return;
        }
    }

    /** A step of a route, with the URI as the test has written it. */
    private static boolean isModel(ObjectName name) {
        return "processors".equals(name.getKeyProperty("type"));
    }

    private static boolean isSmallFile(Path file) {
        return Files.isRegularFile(file) && file.toFile().length() < LARGEST_FILE;
    }
}
