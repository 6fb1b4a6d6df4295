package io.github.integratorio.examples.springboot;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.LocalDate;
import java.util.List;

import io.github.integratorio.camel.IntegratorioConstants;
import io.github.integratorio.camel.changes.ChangeType;
import io.github.integratorio.camel.model.Installation;
import io.github.integratorio.camel.model.License;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The table of customers. Each method may be called again with the same, and then changes nothing. */
@Component
public class CustomerRepository {

    private final JdbcTemplate database;

    CustomerRepository(JdbcTemplate database) {
        this.database = database;
    }

    /** A row; expires and refusal are null while the customer waits. */
    record Customer(String name, String email, LocalDate expires, String refusal, boolean installed) {
    }

    List<Customer> all() {
        return database.query("SELECT name, email, expires, refusal, installed FROM customer ORDER BY name", new DataClassRowMapper<>(Customer.class));
    }

    /** New licenses for those who have neither one nor a refusal; when they expire, the route says. */
    public List<License> waiting() {
        return database.query("SELECT email FROM customer WHERE expires IS NULL AND refusal IS NULL ORDER BY name", (row, number) -> {
            License license = new License();
            license.setEmail(row.getString("email"));
            return license;
        });
    }

    /** The customer has got a license. */
    public void licensed(@ExchangeProperty("email") String email, @Body License license) {
        Instant expires = license.getExpires();
        database.update("UPDATE customer SET expires = ? WHERE email = ?", LocalDate.ofInstant(expires, ZoneOffset.UTC), email);
    }

    /** There is no such user at integrator.io. */
    public void refused(@ExchangeProperty("email") String email) {
        database.update("UPDATE customer SET refusal = 'no account' WHERE email = ?", email);
    }

    /** The customer has the connector, or has it no more. */
    public void installed(@Body Installation installation, @Header(IntegratorioConstants.CHANGE_TYPE) ChangeType change) {
        database.update("UPDATE customer SET installed = ? WHERE email = ?", change != ChangeType.REMOVED, installation.getEmail());
    }
}
