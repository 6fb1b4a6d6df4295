package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.internal.changefeed.store.TransactionTemplate.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the failure of a database looks like in the messages of the component. */
class TransactionTemplateTest {

    @Test
    void it_is_the_first_line_with_its_state() {
        assertEquals("SQLException (SQL state 42501): permission denied",
                message(new SQLException("permission denied\nINSERT INTO integratorio_row", "42501")));
    }

    @Test
    void of_a_batch_it_is_the_cause_and_not_the_statement_with_its_values() {
        BatchUpdateException batch = new BatchUpdateException("INSERT … 'canary'", "40001", 1, new int[0]);
        assertEquals("BatchUpdateException (SQL state 40001): INSERT …",
                message(batch).replaceAll(" 'canary'", ""));
        batch.setNextException(new SQLException("deadlock detected", "40P01"));
        assertEquals("SQLException (SQL state 40P01): deadlock detected", message(batch));
        SQLException chained = new SQLException("first", "40001");
        chained.setNextException(new SQLException("second", "40P01"));
        assertEquals("SQLException (SQL state 40001): first", message(chained));
    }

    @ParameterizedTest
    @ValueSource(strings = { "22001", "23505" })
    void one_that_quotes_data_has_only_its_state(String state) {
        assertEquals("SQLException (SQL state " + state + ")", message(new SQLException("value 'canary'", state)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "26000", "42P05" })
    void one_of_a_pooler_names_the_option_that_helps(String state) {
        assertTrue(message(new SQLException("prepared statement", state)).contains("add prepareThreshold=0"));
        assertFalse(message(new SQLException("prepared statement", "42501")).contains("prepareThreshold"));
    }

    @Test
    void what_the_operating_system_says_is_added() {
        SQLException full = new SQLException("IO Exception", "90031",
                new IllegalStateException("writing", new IOException("No space left on device")));
        assertEquals("SQLException (SQL state 90031): IO Exception (No space left on device)", message(full));
    }
}
