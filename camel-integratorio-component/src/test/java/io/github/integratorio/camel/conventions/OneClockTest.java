package io.github.integratorio.camel.conventions;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.integratorio.camel.internal.concurrent.ExecutorScheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Row 81: whoever waits or compares dates asks the timeline, whose waits do not follow the clock on the wall. */
@AnalyzeClasses(packages = "io.github.integratorio.camel", importOptions = DoNotIncludeTests.class)
class OneClockTest {

    private static final Set<String> CLOCKS = Set.of(Instant.class.getName(), LocalDate.class.getName(), LocalDateTime.class.getName(),
            OffsetDateTime.class.getName(), ZonedDateTime.class.getName(), Clock.class.getName(), System.class.getName());
    private static final Set<String> READINGS = Set.of("now", "currentTimeMillis", "nanoTime", "systemUTC", "systemDefaultZone", "system");

    @ArchTest
    static final ArchRule ROW_81_ONLY_THE_TIMELINE_READS_A_CLOCK = noClasses()
            .that().resideInAnyPackage("..client..", "..provisioning..").and().doNotBelongToAnyOf(ExecutorScheduler.class)
            .should().callMethodWhere(new DescribedPredicate<JavaMethodCall>("a clock is read") {
                @Override
                public boolean test(JavaMethodCall call) {
                    MethodCallTarget target = call.getTarget();
                    return CLOCKS.contains(target.getOwner().getName()) && READINGS.contains(target.getName());
                }
            });
}
