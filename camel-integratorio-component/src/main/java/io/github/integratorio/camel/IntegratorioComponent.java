package io.github.integratorio.camel;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.internal.producer.IneffectiveOptions;
import org.apache.camel.Endpoint;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.util.StringHelper;

/** Component for the integrator.io API of SmartConnectors and their licenses. */
@Component("integratorio")
public class IntegratorioComponent extends HealthCheckComponent
        implements SSLContextParametersAware {

    private static final Pattern INNER_SPACES = Pattern.compile("(?<=\\S) +(?=\\S)");
    /** Options of the URI whose values Camel does not decode. */
    private static final Pattern RAW = Pattern.compile("(?i)[?&]([a-z-]+)=RAW(?:[({]|%28|%7B)");
    private static final StrictConfigurer<?> ENDPOINT_OPTIONS =
            new StrictConfigurer<>(new IntegratorioEndpointConfigurer());
    private static final StrictConfigurer<?> COMPONENT_OPTIONS =
            new StrictConfigurer<>(new IntegratorioComponentConfigurer());

    @Metadata(description = "Options shared by all endpoints.")
    private IntegratorioConfiguration configuration = new IntegratorioConfiguration();
    @Metadata(label = "security", defaultValue = "false",
            description = "Use the global SSLContextParameters of the Camel context.")
    private boolean useGlobalSslContextParameters;

    private final ComponentServices services = new ComponentServices(this);

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        IntegratorioConfiguration copy = configuration.copy();
        if (value(parameters, "baseUrl") != null) {
            // The endpoint's baseUrl replaces the component's region. An endpoint's region does not replace the component's baseUrl:
            // a test that sets it to a simulator must never reach the real API.
            copy.setRegion(null);
        }
        // The endpoint's store replaces the component's.
        if (value(parameters, "dataSource") != null) {
            copy.setStateDirectory(null);
        }
        if (value(parameters, "stateDirectory") instanceof String directory && !directory.isBlank()) {
            copy.setDataSource(null);
        }
        IntegratorioEndpoint endpoint = new IntegratorioEndpoint(uri, this, remaining, copy, configuration);
        Set<String> options = Set.copyOf(parameters.keySet());
        options.forEach(name -> requireOption(uri, name));
        for (String option : List.of("email", "expires")) {
            // Camel decodes a plus sign to a space, which neither an address nor an instant contains.
            parameters.computeIfPresent(option, (name, value) -> value instanceof String text && !isRaw(uri, option)
                    ? INNER_SPACES.matcher(text).replaceAll(spaces -> "+".repeat(spaces.group().length())) : value);
        }
        requireNoSpace(uri, parameters, "email", IntegratorioConstants.EMAIL);
        requireNoSpace(uri, parameters, "idempotencyKey", IntegratorioConstants.IDEMPOTENCY_KEY);
        try {
            setProperties(endpoint, parameters);
        } catch (PropertyBindingException e) {
            Class<?> type = ENDPOINT_OPTIONS.getOptionType(e.getPropertyName(), true);
            if (type == null || !type.isEnum()) {
                throw e.getCause() instanceof IllegalArgumentException clear
                        && clear.getMessage().startsWith(e.getPropertyName()) ? clear : e;
            }
            // Instead of the name of a class that the user does not know.
            throw new IllegalArgumentException(e.getPropertyName() + ": expected one of "
                    + Stream.of(type.getEnumConstants())
                            .map(value -> StringHelper.dashToCamelCase(StringHelper.camelCaseToDash(value.toString())))
                            .collect(Collectors.joining(", ")));
        }
        KameletGuard.check(copy, configuration);
        IneffectiveOptions.warn(options, copy.getOperation());
        return endpoint;
    }

    /** Camel would bind {@code component.configuration.baseUrl}, too, and so change all endpoints: a property of a property is no option. */
    private static void requireOption(String uri, String name) {
        if (ENDPOINT_OPTIONS.getOptionType(StringHelper.dashToCamelCase(name), true) == null
                && !name.startsWith("scheduler.")) {
            // Without the query: Camel does not hide all of a token in RAW{…}.
            throw new ResolveEndpointFailedException(StringHelper.before(uri, "?", uri), UnknownOption.message(name));
        }
    }

    /** Refuses a space that may have been a plus sign, also at the edges: {@code A1+} is another order than {@code A1}. */
    private static void requireNoSpace(String uri, Map<String, Object> parameters, String option, String header) {
        if (value(parameters, option) instanceof String text && text.indexOf(' ') >= 0 && !isRaw(uri, option)) {
            throw new IllegalArgumentException(option + ": has a space, or a plus sign, which Camel decodes to one;"
                    + " expected RAW(…), toD, or the header " + header);
        }
    }

    private static boolean isRaw(String uri, String option) {
        return RAW.matcher(uri).results()
                .anyMatch(raw -> raw.group(1).replace("-", "").equalsIgnoreCase(option));
    }

    /** The value of an option in any spelling that Camel takes, such as {@code base-url}; null if there is none. */
    private static Object value(Map<String, Object> parameters, String option) {
        return parameters.entrySet().stream().filter(one -> one.getKey().replace("-", "").equalsIgnoreCase(option))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }

    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return ENDPOINT_OPTIONS;
    }

    @Override
    public PropertyConfigurer getComponentPropertyConfigurer() {
        return COMPONENT_OPTIONS;
    }

    @Override
    protected void doInit() throws Exception {
        SupportedCamel.require(getCamelContext().getVersion());
        super.doInit();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        services.start(getCamelContext());
    }

    @Override
    protected void doStop() throws Exception {
        services.stop();
        super.doStop();
    }

    /** What all endpoints share. Endpoints in a split or multicast start while routes are built, before Camel starts components. */
    ComponentServices services() {
        return services;
    }

    public IntegratorioConfiguration getConfiguration() {
        return configuration;
    }

    /** Options shared by all endpoints. */
    public void setConfiguration(IntegratorioConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    /** Use the global SSLContextParameters of the Camel context. */
    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
