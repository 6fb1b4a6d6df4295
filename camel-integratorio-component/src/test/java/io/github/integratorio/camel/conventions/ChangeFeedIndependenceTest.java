package io.github.integratorio.camel.conventions;

import java.time.Clock;
import java.time.Instant;
import java.util.Calendar;
import java.util.Date;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** What the change feed cannot be confused by, because it does not know it. */
class ChangeFeedIndependenceTest {

    private static final JavaClasses FEED = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.integratorio.camel.changes");

    @Test
    void rows_210_and_241_the_feed_asks_no_clock_so_none_can_be_wrong() {
        noClasses().should().dependOnClassesThat().belongToAnyOf(Clock.class, Instant.class, Date.class, Calendar.class)
                .orShould().callMethod(System.class, "currentTimeMillis").orShould().callMethod(System.class, "nanoTime")
                .check(FEED);
    }

    @Test
    void row_211_the_state_knows_nothing_of_camel_so_that_any_version_of_it_reads_the_same() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("org.apache.camel..").check(FEED);
    }
}
