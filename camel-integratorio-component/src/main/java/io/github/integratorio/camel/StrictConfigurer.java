package io.github.integratorio.camel;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.GeneratedPropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.component.PropertyConfigurerSupport;

/**
 * Sets options by Camel's generated code, more strictly. That code lower-cases names in the default locale, so that a Turkish JVM knows
 * no connectorId: the exact name is tried first. It takes any text for a number or a duration: {@code 1.5}, {@code many} and {@code 1w}
 * would be 0, {@code 1s} a thousand. And what it refuses, it refuses without the name of the option.
 */
final class StrictConfigurer<C extends GeneratedPropertyConfigurer & PropertyConfigurerGetter>
        implements GeneratedPropertyConfigurer, PropertyConfigurerGetter {

    /** The options of type long that are numbers, in lower case; all others are milliseconds. */
    private static final Set<String> NUMBERS = Set.of("maxbufferedbytes", "repeatcount");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,30}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}(d|h|m|s|ms)){1,5}|[Pp].{1,40}");

    private final C generated;

    StrictConfigurer(C generated) {
        this.generated = generated;
    }

    /** @throws IllegalArgumentException if the value is a text that the type of the option does not have */
    @Override
    public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
        Object checked = value instanceof String text && !EndpointHelper.isReferenceParameter(text)
                && !text.equals(PropertyConfigurerSupport.MAGIC_VALUE) ? checked(context, name, text, ignoreCase)
                        : value;
        if (getOptionType(name, ignoreCase) == String.class) {
            requireText(context, name, value);
        }
        return generated.configure(context, target, name, checked, false)
                || ignoreCase && generated.configure(context, target, name, checked, true);
    }

    /** The value for the generated code, which understands digits. */
    private String checked(CamelContext context, String name, String text, boolean ignoreCase) {
        Class<?> type = getOptionType(name, ignoreCase);
        if (type == boolean.class && !text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(name + ": expected true or false, got '" + text + "'");
        }
        if (type == int.class) {
            return wholeNumber(name, text, Integer.SIZE);
        }
        if (type == long.class) {
            return NUMBERS.contains(name.toLowerCase(Locale.ROOT)) || WHOLE_NUMBER.matcher(text).matches()
                    ? wholeNumber(name, text, Long.SIZE) : milliseconds(context, name, text);
        }
        return text;
    }

    /** Refuses a bean whose text differs in each JVM: as an order number, it would be another order after a restart. */
    private static void requireText(CamelContext context, String name, Object value) {
        Object given = value instanceof String text && EndpointHelper.isReferenceParameter(text)
                ? EndpointHelper.resolveReferenceParameter(context, text, Object.class, false) : value;
        if (given != null && given.toString().startsWith(given.getClass().getName() + "@")) {
            throw new IllegalArgumentException(
                    name + ": expected text, got a bean of type " + given.getClass().getName());
        }
    }

    private static String wholeNumber(String name, String text, int bits) {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException(name + ": expected a whole number, got '" + text + "'");
        }
        BigInteger number = new BigInteger(text);
        if (number.bitLength() >= bits) {
            throw new IllegalArgumentException(name + ": the number is too large: " + text);
        }
        return number.toString();
    }

    private static String milliseconds(CamelContext context, String name, String text) {
        Duration duration = DURATION.matcher(text).matches()
                ? context.getTypeConverter().tryConvertTo(Duration.class, text) : null;
        if (duration == null || duration.abs().toDays() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    name + ": expected milliseconds or a duration such as 1h30m, got '" + text + "'");
        }
        return String.valueOf(duration.toMillis());
    }

    @Override
    public Class<?> getOptionType(String name, boolean ignoreCase) {
        Class<?> type = generated.getOptionType(name, false);
        return type == null && ignoreCase ? generated.getOptionType(name, true) : type;
    }

    @Override
    public Object getOptionValue(Object target, String name, boolean ignoreCase) {
        return generated.getOptionValue(target, name, ignoreCase);
    }

    @Override
    public Object getCollectionValueType(Object target, String name, boolean ignoreCase) {
        return generated.getCollectionValueType(target, name, ignoreCase);
    }
}
