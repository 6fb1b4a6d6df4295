package io.github.integratorio.camel.springboot;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.AccessTokenSupplier;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.Region;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Properties under {@code camel.component.integratorio} configure the component. */
class PropertiesTest {

    private static final String PREFIX = "camel.component.integratorio.";

    @Test
    void every_option_of_the_component_is_bindable() throws Exception {
        ApplicationContextRunner runner = Application.runner();
        Map<String, Object> expected = new LinkedHashMap<>();
        List<String> properties = new ArrayList<>();
        for (Map.Entry<String, JsonNode> option : Descriptor.options().entrySet()) {
            String name = option.getKey();
            String type = option.getValue().get("type").asText();
            Object value = another(name, option.getValue());
            if (type.equals("object")) {
                runner = withBean(runner, name + "Bean", value);
            }
            properties.add(PREFIX + Descriptor.dashed(name) + "=" + switch (type) {
                case "object" -> "#bean:" + name + "Bean";
                case "duration" -> value + "ms";
                default -> value;
            });
            expected.put(name, value);
        }
        runner.withPropertyValues(properties.toArray(String[]::new)).run(context -> {
            IntegratorioComponent component = Application.component(context);
            PropertyConfigurerGetter options = (PropertyConfigurerGetter) component.getComponentPropertyConfigurer();
            Map<String, Object> actual = new LinkedHashMap<>();
            expected.keySet().forEach(name -> {
                Object value = options.getOptionValue(component, name, false);
                actual.put(name, value instanceof Enum<?> constant ? constant.name() : value);
            });
            assertEquals(expected, actual);
        });
    }

    /** A value that is not the default. */
    private static Object another(String name, JsonNode option) throws ClassNotFoundException {
        return switch (option.get("type").asText()) {
            case "boolean" -> !option.path("defaultValue").asBoolean();
            case "integer" ->
                option.get("javaType").asText().equals("long") ? (Object) (option.path("defaultValue").asLong() + 7)
                        : (Object) (option.path("defaultValue").asInt() + 7);
            case "duration" -> 1234L;
            case "string" -> "some-" + name;
            case "enum" -> option.get("enum").get(option.get("enum").size() - 1).asText();
            case "object" -> instance(Class.forName(option.get("javaType").asText()));
            default -> throw new AssertionError(name + ": " + option.get("type"));
        };
    }

    private static Object instance(Class<?> type) {
        if (type.isInterface()) {
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "toString" -> "a " + type.getSimpleName();
                        default -> null;
                    });
        }
        try {
            return type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> ApplicationContextRunner withBean(ApplicationContextRunner runner, String name, T bean) {
        return runner.withBean(name, (Class<T>) bean.getClass(), () -> bean);
    }

    @Test
    void properties_that_are_not_set_keep_the_default_of_the_component() {
        IntegratorioConfiguration defaults = new IntegratorioConfiguration();
        Application.configured(Application.runner(), configuration -> {
            assertEquals(Region.EU, configuration.getRegion());
            assertNull(configuration.getAccessToken());
            assertEquals(defaults.getRequestTimeout(), configuration.getRequestTimeout());
            assertEquals(defaults.getMaxRetries(), configuration.getMaxRetries());
        }, PREFIX + "region=eu");
    }

    @Test
    void durations_and_enums_accept_the_formats_of_Camel_and_Java() {
        Application.configured(Application.runner(), configuration -> {
            assertEquals(45_000, configuration.getRequestTimeout());
            assertEquals(90_000, configuration.getOperationTimeout());
            assertEquals(250, configuration.getRetryDelay());
            assertEquals(IntegratorioOperation.PUSH_UPDATE, configuration.getOperation());
        }, PREFIX + "request-timeout=PT45S", PREFIX + "operation-timeout=1m30s", PREFIX + "retry-delay=250",
                PREFIX + "operation=push-update");
    }

    @Test
    void a_number_may_have_blanks_around_it_and_is_the_default_if_it_is_empty() {
        IntegratorioConfiguration defaults = new IntegratorioConfiguration();
        Application.configured(Application.runner(), configuration -> {
            assertEquals(5, configuration.getMaxRetries());
            assertEquals(7_000_000_000L, configuration.getMaxBufferedBytes());
            assertEquals(defaults.getRequestBurst(), configuration.getRequestBurst());
            assertEquals(defaults.getPageSize(), configuration.getPageSize());
            assertEquals(8, configuration.getMaxConcurrentRequests());
            assertEquals(defaults.getMaxQueuedRequests(), configuration.getMaxQueuedRequests());
        }, PREFIX + "max-retries= 5 ", PREFIX + "max-buffered-bytes=7000000000", PREFIX + "request-burst=",
                PREFIX + "page-size=${NO_PAGE_SIZE:}", PREFIX + "max-concurrent-requests={{streams}}", "streams=8",
                PREFIX + "max-queued-requests={{?nothing}}");
    }

    @Test
    void relaxed_names_of_Spring_Boot_are_bound_and_placeholders_are_resolved() {
        Map<String, Object> environment = Map.of("CAMEL_COMPONENT_INTEGRATORIO_ACCESSTOKEN", "from-environment",
                "CAMEL_COMPONENT_INTEGRATORIO_REQUEST_BURST", "12");
        ApplicationContextRunner runner =
                Application.runner().withInitializer(context -> context.getEnvironment().getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", environment)));
        Application.configured(runner, configuration -> {
            assertEquals("from-environment", configuration.getAccessToken());
            assertEquals(12, configuration.getRequestBurst());
            assertEquals(3, configuration.getMaxRetries());
            assertEquals("c-1", configuration.getConnectorId());
            assertEquals("team-1", configuration.getConsumerId());
        }, PREFIX + "maxRetries=3", "connector=c-1", PREFIX + "connector-id=${connector}",
                PREFIX + "consumer-id=team-{{number}}", "number=1");
    }

    @Test
    void a_bean_is_referenced_with_or_without_the_bean_prefix() {
        AccessTokenSupplier supplier = () -> "t";
        for (String reference : List.of("#bean:vault", "#vault")) {
            Application.configured(Application.runner().withBean("vault", AccessTokenSupplier.class, () -> supplier),
                    configuration -> assertSame(supplier, configuration.getAccessTokenSupplier()),
                    PREFIX + "access-token-supplier=" + reference);
        }
    }

    @Test
    void an_invalid_value_is_an_error_that_names_its_property() {
        for (String wrong : List.of("request-timeout=soon", "region=moon", "max-retries=many",
                "max-retries=99999999999", "max-row-size=1.5",
                "access-token-supplier=#bean:nobody")) {
            Application.runner().withPropertyValues(PREFIX + wrong).run(context -> {
                Throwable failure = failure(() -> Application.component(context));
                String property = PREFIX + wrong.substring(0, wrong.indexOf('='));
                assertTrue(messages(failure).contains(property), messages(failure));
                assertTrue(
                        messages(failure).contains(wrong.substring(wrong.lastIndexOf('=') + 1).replace("#bean:", "")),
                        messages(failure));
            });
        }
    }

    @Test
    void a_name_that_no_option_has_is_an_error_that_shows_no_value() {
        for (String wrong : List.of("acess-token", "dryrun-mode", "stat-directory",
                "configuration.dry-run", "dry.run")) {
            Application.runner().withPropertyValues(PREFIX + wrong + "=the-value").run(context -> {
                String messages = messages(failure(() -> Application.component(context)));
                assertTrue(messages.contains(PREFIX + wrong + ": there is no such option"), messages);
                assertFalse(messages.contains("the-value"), messages);
            });
        }
    }

    @Test
    void an_environment_variable_may_mean_another_component() {
        ApplicationContextRunner runner =
                Application.runner().withInitializer(context -> context.getEnvironment().getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
                                Map.of("CAMEL_COMPONENT_INTEGRATORIO_EU_ACCESS_TOKEN", "other"))));
        Application.configured(runner, configuration -> assertEquals("mine", configuration.getAccessToken()),
                PREFIX + "access-token=mine", "camel.component.integratorio-eu.access-token=other");
    }

    static Throwable failure(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError("no failure");
    }

    static String messages(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
        }
        return text.toString();
    }

    @Test
    void auto_configuration_can_be_disabled_at_each_level() {
        for (String off : List.of("camel.component.enabled", PREFIX + "enabled", "camel.component.customizer.enabled",
                PREFIX + "customizer.enabled")) {
            Application.configured(Application.runner(), configuration -> assertNull(configuration.getRegion(), off),
                    PREFIX + "region=EU", off + "=false");
        }
        Application.configured(Application.runner(),
                configuration -> assertEquals(Region.EU, configuration.getRegion()),
                PREFIX + "region=EU", "camel.component.customizer.enabled=false", PREFIX + "customizer.enabled=true");
    }

    @Test
    void code_of_the_application_overrides_the_properties() {
        ApplicationContextRunner runner = Application.runner().withBean("mine", ComponentCustomizer.class,
                () -> ComponentCustomizer.builder(IntegratorioComponent.class).build(component -> {
                    assertEquals("from-properties", component.getConfiguration().getAccessToken());
                    component.getConfiguration().setAccessToken("from-customizer");
                }));
        Application.configured(runner, configuration -> assertEquals("from-customizer", configuration.getAccessToken()),
                PREFIX + "access-token=from-properties");
    }

    @Test
    void the_component_of_a_second_account_keeps_its_own_token() {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            IntegratorioComponent second = new IntegratorioComponent();
            second.getConfiguration().setAccessToken(simulator.token());
            second.getConfiguration().setBaseUrl(simulator.baseUrl());
            Application.runner().withBean("integratorio-eu", IntegratorioComponent.class, () -> second)
                    .withPropertyValues(PREFIX + "access-token=first").run(context -> {
                        CamelContext camel = context.getBean(CamelContext.class);
                        assertEquals(List.of(), camel.createProducerTemplate()
                                .requestBody("integratorio-eu:connectors?operation=list", null, List.class));
                        assertEquals("first", camel.getComponent("integratorio", IntegratorioComponent.class)
                                .getConfiguration().getAccessToken());
                    });
        }
    }

    @Test
    void without_a_camel_context_nothing_is_configured() {
        new ApplicationContextRunner().withUserConfiguration(IntegratorioComponentAutoConfiguration.class)
                .run(context -> assertEquals(Map.of(), context.getBeansOfType(ComponentCustomizer.class)));
    }
}
