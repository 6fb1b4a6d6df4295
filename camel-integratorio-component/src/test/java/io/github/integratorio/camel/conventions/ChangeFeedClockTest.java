package io.github.integratorio.camel.conventions;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Row 210: a clock that jumps, is wrong or changes to summer time cannot matter to a feed that never looks at one. */
@AnalyzeClasses(packages = "io.github.integratorio.camel.changes", importOptions = ImportOption.DoNotIncludeTests.class)
class ChangeFeedClockTest {

    @ArchTest
    static final ArchRule row_210_the_change_feed_looks_at_no_clock = noClasses()
            .should().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(System.class, "nanoTime")
            .orShould().dependOnClassesThat().resideInAnyPackage("java.time..")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Date")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Calendar")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.sql.Timestamp");
}
