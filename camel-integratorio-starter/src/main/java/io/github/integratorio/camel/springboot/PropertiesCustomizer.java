package io.github.integratorio.camel.springboot;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.integratorio.camel.IntegratorioComponent;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Ordered;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spring.boot.util.HierarchicalPropertiesEvaluator;
import org.apache.camel.support.PropertyBindingSupport;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Binds the properties to the component named integratorio; a second account's component, under another name, is not touched.
 * Spring Boot finds the values and Camel converts them, but for numbers, so they are written as everywhere in Camel. There is no class of
 * properties on purpose: nothing that could show a token.
 */
final class PropertiesCustomizer implements ComponentCustomizer {

    private static final String NAME = "integratorio";
    private static final String PREFIX = "camel.component." + NAME + ".";
    /** Names below the prefix that Camel itself reads. */
    private static final Set<String> OF_CAMEL = Set.of("enabled", "customizerenabled");

    /** Names a variable, and so contains no secret. */
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{(env|sys):[\\w.-]+}}");

    private final CamelContext camelContext;
    private final Environment environment;

    PropertiesCustomizer(CamelContext camelContext, Environment environment) {
        this.camelContext = camelContext;
        this.environment = environment;
    }

    /** First, so that the application's own customizers have the last word. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST;
    }

    @Override
    public boolean isEnabled(String name, Component target) {
        return NAME.equals(name) && target instanceof IntegratorioComponent
                && HierarchicalPropertiesEvaluator.evaluate(environment, "camel.component.customizer",
                        PREFIX + "customizer");
    }

    @Override
    public void configure(String name, Component target) {
        Binder binder = Binder.get(environment);
        requireKnown();
        for (Option option : Option.all()) {
            binder.bind(PREFIX + option.property(), String.class).ifBound(value -> set(target, option, value));
        }
    }

    /**
     * Refuses a name that no option has, as Camel Main does: a misspelt {@code dry-run} must not be ignored. Environment variables may mean
     * another component: {@code …_INTEGRATORIO_EU_…}.
     */
    private void requireKnown() {
        Binder binder = new Binder(ConfigurationPropertySources.from(files()));
        Set<String> known = Option.all().stream().map(Option::property)
                .filter(option -> binder.bind(PREFIX + option, String.class).isBound())
                .map(PropertiesCustomizer::letters).collect(Collectors.toSet());
        known.addAll(OF_CAMEL);
        binder.bind("camel.component." + NAME, Bindable.mapOf(String.class, String.class)).orElse(Map.of()).keySet()
                .stream().filter(name -> !known.contains(letters(name))).findFirst().ifPresent(name -> {
                    throw new IllegalArgumentException(PREFIX + name + ": there is no such option");
                });
    }

    private List<PropertySource<?>> files() {
        return !(environment instanceof ConfigurableEnvironment sources) ? List.of()
                : sources.getPropertySources().stream()
                        .filter(source -> !(source instanceof SystemEnvironmentPropertySource)).toList();
    }

    private static String letters(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    private void set(Component target, Option option, String value) {
        try {
            Object converted = option.number() == null ? value : number(value, option.number());
            if (converted != null) {
                PropertyBindingSupport.build().withConfigurer(target.getComponentPropertyConfigurer())
                        .withMandatory(true).bind(camelContext, target, option.name(), converted);
            }
        } catch (RuntimeException e) {
            String variable = VARIABLE.matcher(value).matches() ? ", which is " + value : "";
            // The cause shows the value.
            throw new IllegalArgumentException("Cannot use the value of " + PREFIX + option.property() + variable,
                    option.secret() ? null : e);
        }
    }

    /** As Spring Boot reads numbers, null for an empty text, and for a placeholder that is optional. Camel takes text for 0, and what is left of a number that is too large. */
    private Object number(String value, Class<? extends Number> type) {
        String resolved = camelContext.resolvePropertyPlaceholders(value);
        return resolved == null ? null : DefaultConversionService.getSharedInstance().convert(resolved.strip(), type);
    }
}
