package io.github.integratorio.camel.springboot;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.IntegratorioSimulatorExtension;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ComponentCustomizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The token is not disclosed. */
class SecretTest {

    private static final String TOKEN = "s3cr3t-0f-s1mul4t0r";

    @RegisterExtension
    static final IntegratorioSimulatorExtension SIMULATOR =
            new IntegratorioSimulatorExtension(builder -> builder.token(TOKEN));

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Appender<ILoggingEvent> console = root.getAppender("console");
    private Level before;

    @BeforeEach
    void logEverything() {
        before = root.getLevel();
        root.setLevel(Level.TRACE);
        // Log messages of the simulator.
        ((Logger) LoggerFactory.getLogger("org.eclipse.jetty")).setLevel(Level.INFO);
        root.detachAppender(console);
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void logAsBefore() {
        root.setLevel(before);
        root.detachAppender(log);
        root.addAppender(console);
    }

    private String logged() {
        StringBuilder text = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            text.append(event.getLoggerName()).append(' ').append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        return text.toString();
    }

    private static ApplicationContextRunner with(IntegratorioSimulator simulator) {
        return Application.runner().withPropertyValues("camel.component.integratorio.base-url=" + simulator.baseUrl(),
                "camel.component.integratorio.access-token=" + TOKEN);
    }

    @Test
    void no_log_and_no_bean_as_text_contains_the_token(IntegratorioSimulator simulator) {
        with(simulator).run(context -> {
            CamelContext camel = context.getBean(CamelContext.class);
            assertEquals(List.of(), camel.createProducerTemplate().requestBody("integratorio:connectors?operation=list",
                    null, List.class));
            assertFalse((Application.component(context) + "" + Application.component(context).getConfiguration()
                    + context.getBeansOfType(ComponentCustomizer.class)).contains(TOKEN));
        });
        assertTrue(logged().contains("/v1/connectors"), "the log does not even show the call");
        assertFalse(logged().contains(TOKEN),
                () -> logged().lines().filter(line -> line.contains(TOKEN)).toList().toString());
    }

    @Test
    void the_configuration_properties_report_hides_the_token_even_if_values_are_always_shown(
            IntegratorioSimulator simulator) {
        with(simulator).withBean(ConfigurationPropertiesReportEndpoint.class,
                () -> new ConfigurationPropertiesReportEndpoint(List.of(), Show.ALWAYS)).run(context -> {
                    Application.component(context);
                    String report = new ObjectMapper().findAndRegisterModules().writeValueAsString(
                            context.getBean(ConfigurationPropertiesReportEndpoint.class).configurationProperties()
                                    .getContexts());
                    assertTrue(report.contains("camel.language.simple"), report);
                    assertFalse(report.contains(TOKEN), report);
                });
    }

    @Test
    void an_error_about_the_token_names_the_variable_that_is_not_set() {
        Application.runner().withPropertyValues("camel.component.integratorio.access-token={{env:NO_SUCH_TOKEN}}")
                .run(context -> {
                    String failure =
                            PropertiesTest.messages(PropertiesTest.failure(() -> Application.component(context)));
                    assertTrue(failure.contains("NO_SUCH_TOKEN"), failure);
                });
    }

    @Test
    void an_error_about_the_token_does_not_contain_it() {
        Application.runner().withPropertyValues("camel.component.integratorio.access-token={{" + TOKEN + "}}")
                .run(context -> {
                    String failure =
                            PropertiesTest.messages(PropertiesTest.failure(() -> Application.component(context)));
                    assertTrue(failure.contains("camel.component.integratorio.access-token"), failure);
                    assertFalse(failure.contains(TOKEN), failure);
                });
    }
}
