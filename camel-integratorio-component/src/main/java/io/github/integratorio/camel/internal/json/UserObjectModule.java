package io.github.integratorio.camel.internal.json;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.temporal.Temporal;
import java.util.Calendar;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.BaseStream;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;

/** Writes the fields of users' own objects as {@link JsonValues} writes the values of a Map: dates as instants, any text as text. */
final class UserObjectModule extends SimpleModule {

    private static final long serialVersionUID = 1L;

    /** @param isSent whether what is written is sent, so that it must have a JSON form, and be the same in a repetition */
    UserObjectModule(boolean isSent) {
        addSerializer(CharSequence.class, ToStringSerializer.instance);
        addSerializer(Duration.class, ToStringSerializer.instance);
        addSerializer(Period.class, ToStringSerializer.instance);
        addSerializer(new Optionals());
        List.of(Temporal.class, Date.class, Calendar.class)
                .forEach(type -> addSerializer(isSent ? new Dates<>(type) : new ToStringSerializer(type)));
        List.of(Iterator.class, BaseStream.class, JsonParser.class)
                .forEach(type -> addSerializer(isSent ? new Refused<>(type) : new ToStringSerializer(type)));
    }

    /** Refuses what a repetition would find empty. */
    private static final class Refused<T> extends StdSerializer<T> {

        private static final long serialVersionUID = 1L;

        Refused(Class<T> type) {
            super(type);
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
            throw JsonMappingException.from(out, JsonValues.ONCE);
        }
    }

    /** Writes a date with a zone as an instant, and refuses others. */
    private static final class Dates<T> extends StdSerializer<T> {

        private static final long serialVersionUID = 1L;

        Dates(Class<T> type) {
            super(type);
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
            Instant instant = JsonValues.instantOf(value);
            if (instant == null) {
                throw JsonMappingException.from(out,
                        "has no time with a zone; expected an Instant, OffsetDateTime or ZonedDateTime");
            }
            out.writeString(IsoInstants.format(instant));
        }
    }

    /** Writes the value of an Optional, or null. */
    @SuppressWarnings("rawtypes")
    private static final class Optionals extends StdSerializer<Optional> {

        private static final long serialVersionUID = 1L;

        Optionals() {
            super(Optional.class);
        }

        @Override
        public void serialize(Optional value, JsonGenerator out, SerializerProvider provider) throws IOException {
            provider.defaultSerializeValue(value.orElse(null), out);
        }
    }
}
