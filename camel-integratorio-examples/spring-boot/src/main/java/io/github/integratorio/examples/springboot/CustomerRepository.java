package io.github.integratorio.examples.springboot;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The table of customers. All writes are idempotent. */
@Component
public class CustomerRepository {

    private final JdbcTemplate database;

    CustomerRepository(JdbcTemplate database) {
        this.database = database;
    }

    /** A row; {@code expires} and {@code rejection} are null until the customer is processed. */
    record Customer(String name, String email, LocalDate expires, String rejection, boolean installed) {
    }

    List<Customer> findAll() {
        return database.query("SELECT name, email, expires, rejection, installed FROM customer ORDER BY name",
                new DataClassRowMapper<>(Customer.class));
    }

    /** Returns a new license for each customer who has neither a license nor a rejection; the route sets the expiry. */
    public List<License> findUnlicensed() {
        return database.query("SELECT email FROM customer WHERE expires IS NULL AND rejection IS NULL ORDER BY name",
                (row, number) -> {
                    License license = new License();
                    license.setEmail(row.getString("email"));
                    return license;
                });
    }

    /** Records the license of a customer. */
    public void recordLicense(@ExchangeProperty("email") String email, @Body License license) {
        Instant expires = license.getExpires();
        database.update("UPDATE customer SET expires = ? WHERE email = ?", LocalDate.ofInstant(expires, ZoneOffset.UTC),
                email);
    }

    /** Records that integrator.io has no user with this address. */
    public void recordRejection(@ExchangeProperty("email") String email) {
        database.update("UPDATE customer SET rejection = 'no account' WHERE email = ?", email);
    }

    /** Records whether the customer has installed the connector. */
    public void recordInstallation(@Body Installation installation,
            @Header(IntegratorioConstants.CHANGE_TYPE) ChangeType change) {
        database.update("UPDATE customer SET installed = ? WHERE email = ?", change != ChangeType.REMOVED,
                installation.getEmail());
    }
}
