package io.github.integratorio.camel.internal.json;

import java.io.IOException;
import java.math.BigDecimal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;

/**
 * Writes decimal numbers that can be read again, and no others: a license with another one would be created, and nobody could read the
 * list of licenses any more.
 */
final class Decimals extends SimpleModule {

    private static final long serialVersionUID = 1L;
    private static final int MAX_EXPONENT = 1_000_000_000;

    Decimals() {
        addSerializer(new Checked());
    }

    private static final class Checked extends StdScalarSerializer<BigDecimal> {

        private static final long serialVersionUID = 1L;

        Checked() {
            super(BigDecimal.class);
        }

        @Override
        public void serialize(BigDecimal value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (Math.abs((long) value.scale()) > MAX_EXPONENT
                    || value.toString().length() > StreamReadConstraints.DEFAULT_MAX_NUM_LEN) {
                throw JsonMappingException.from(out, "a number has an exponent out of range, or more than "
                        + StreamReadConstraints.DEFAULT_MAX_NUM_LEN + " characters");
            }
            out.writeNumber(value);
        }
    }
}
