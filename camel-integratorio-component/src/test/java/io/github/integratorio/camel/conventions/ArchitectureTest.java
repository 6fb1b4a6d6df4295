package io.github.integratorio.camel.conventions;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.github.integratorio.camel.api.ApiDocument;
import io.github.integratorio.camel.api.ApiError;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.concurrent.ExecutorScheduler;
import io.github.integratorio.camel.support.Covers;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** Which package may use which, and which APIs no class may use. */
@AnalyzeClasses(packages = "io.github.integratorio.camel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.github.integratorio.camel";

    /** All packages, from top to bottom: each may use only those that follow it. */
    private static final List<String> PACKAGES = List.of("", ".transform", ".internal.observability",
            ".internal.consumer", ".internal.producer", ".internal.message", ".internal.account", ".internal.operation",
            ".internal.operation.reconcile", ".internal.operation.write", ".internal.operation.creation",
            ".internal.operation.lookup", ".internal.operation.request", ".internal.license", ".internal.changefeed",
            ".internal.changefeed.store", ".internal.client", ".internal.client.paging", ".internal.client.http",
            ".internal.client.protocol", ".internal.client.ratelimit", ".internal.concurrent", ".internal.database",
            ".api",
            ".internal.json", ".internal.text");

    private static final Set<String> CLOCKS =
            Set.of(Instant.class.getName(), LocalDate.class.getName(), LocalDateTime.class.getName(),
                    OffsetDateTime.class.getName(), ZonedDateTime.class.getName(), Clock.class.getName(),
                    System.class.getName());
    private static final Set<String> CLOCK_METHODS =
            Set.of("now", "currentTimeMillis", "nanoTime", "systemUTC", "systemDefaultZone", "system");
    private static final Set<String> MOMENTS = Set.of(Instant.class.getName(), Duration.class.getName());

    @ArchTest
    static final ArchRule packages_use_only_packages_below_them = layers();

    @ArchTest
    static final ArchRule every_package_has_its_place_in_the_order = classes()
            .should().resideInAnyPackage(PACKAGES.stream().map(name -> ROOT + name).toArray(String[]::new));

    @ArchTest
    static final ArchRule packages_are_free_of_cycles = slices().assignedFrom(new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }).should().beFreeOfCycles();

    /** Otherwise a change of an internal class would break who uses only what is published. */
    @ArchTest
    static final ArchRule the_published_classes_name_no_internal_types = classes()
            .that().resideInAnyPackage(ROOT, ROOT + ".api", ROOT + ".transform").and().arePublic()
            .should(have(describe("no internal types in their signatures",
                    type -> published(type)
                            .noneMatch(named -> named.getPackageName().startsWith(ROOT + ".internal")))));

    @ArchTest
    static final ArchRule the_client_and_the_operations_do_not_use_exchanges = noClasses()
            .that()
            .resideInAnyPackage("..camel.internal.client..", "..camel.internal.operation..",
                    "..camel.internal.license..")
            .should().dependOnClassesThat()
            .haveNameMatching("org\\.apache\\.camel\\.(Exchange|Message|Endpoint|CamelContext|Processor)");

    /** State written with one version of Camel can be read with another one because the change feed does not use Camel. */
    @ArchTest
    @Covers(211)
    static final ArchRule the_change_feed_uses_neither_http_nor_camel =
            noClasses().that().resideInAPackage("..camel.internal.changefeed..")
                    .should().dependOnClassesThat(
                            resideInAnyPackage("org.apache.camel..", "org.apache.hc..", "..camel.internal.client..",
                                    "..camel.internal.operation.."));

    @ArchTest
    static final ArchRule json_and_the_documents_do_not_use_camel =
            noClasses().that().resideInAPackage("..camel.internal.json..")
                    .or().areAssignableTo(ApiDocument.class).or().areAssignableTo(ApiError.class)
                    .should().dependOnClassesThat().resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule thread_pools_and_schedulers_use_no_other_package = noClasses()
            .that().resideInAPackage("..camel.internal.concurrent..").should().dependOnClassesThat(
                    resideInAPackage(ROOT + "..").and(not(resideInAPackage("..camel.internal.concurrent.."))));

    @ArchTest
    static final ArchRule transformers_use_only_messages_and_their_content =
            noClasses().that().resideInAPackage("..camel.transform..")
                    .should()
                    .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage("..camel.transform..",
                            ROOT + ".api",
                            "..camel.internal.consumer..", "..camel.internal.message..", "..camel.internal.json..",
                            "..camel.internal.text.."))));

    /**
     * A clock that jumps, is wrong or switches to summer time cannot affect a change feed that reads none. The next generation of a state
     * is the time only where that is greater than the one before plus one.
     */
    @ArchTest
    @Covers({ 210, 241 })
    static final ArchRule the_change_feed_reads_no_clock = noClasses().that()
            .resideInAPackage("..camel.internal.changefeed..").and().doNotBelongToAnyOf(FeedStore.State.class)
            .should().callMethod(System.class, "currentTimeMillis").orShould().callMethod(System.class, "nanoTime")
            .orShould().callMethodWhere(describe("a clock is read",
                    (JavaMethodCall call) -> CLOCKS.contains(call.getTarget().getOwner().getName())
                            && CLOCK_METHODS.contains(call.getTarget().getName())))
            // The moments of expiry notices come with the snapshot.
            .orShould().dependOnClassesThat(describe("are of java.time, except Instant and Duration",
                    (JavaClass type) -> type.getPackageName().startsWith("java.time")
                            && !MOMENTS.contains(type.getName())))
            .orShould().dependOnClassesThat().haveNameMatching("java\\.util\\.(Date|Calendar)|java\\.sql\\.Timestamp");

    /** Changes of the system clock cannot affect delays and deadlines because only the scheduler reads a clock. */
    @ArchTest
    @Covers(81)
    static final ArchRule only_the_scheduler_reads_a_clock = noClasses()
            .that()
            .resideInAnyPackage("..camel.internal.client..", "..camel.internal.operation..",
                    "..camel.internal.license..",
                    "..camel.internal.account..", "..camel.internal.concurrent..")
            .and().doNotBelongToAnyOf(ExecutorScheduler.class)
            .should().callMethodWhere(describe("a clock is read",
                    (JavaMethodCall call) -> CLOCKS.contains(call.getTarget().getOwner().getName())
                            && CLOCK_METHODS.contains(call.getTarget().getName())));

    @ArchTest
    @Covers(254)
    static final ArchRule no_class_sleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class)
            .orShould().callMethod(Thread.class, "sleep", long.class, int.class);

    /** These APIs retry by themselves, follow redirects with the token, or execute their input. */
    @ArchTest
    @Covers(254)
    static final ArchRule no_class_uses_unsafe_apis = noClasses().should().dependOnClassesThat().haveNameMatching(
            "java\\.net\\.(HttpURLConnection|URLConnection)|java\\.net\\.http\\..*|java\\.io\\.ObjectInputStream|java\\.lang\\.(Runtime|ProcessBuilder)")
            .orShould().callMethod(java.net.URL.class, "openStream");

    @ArchTest
    @Covers(254)
    static final ArchRule no_class_depends_on_the_default_charset_locale_or_time_zone = noClasses().that()
            // Generated by Camel's plugin, which folds the case of option names.
            .haveSimpleNameNotEndingWith("Configurer").should().callMethod(String.class, "getBytes")
            .orShould().callMethod(String.class, "toLowerCase").orShould().callMethod(String.class, "toUpperCase")
            .orShould().callMethod(java.time.ZoneId.class, "systemDefault").orShould()
            .callMethod(LocalDateTime.class, "now");

    @ArchTest
    static final ArchRule operations_and_api_methods_are_enums = classes()
            .that().haveSimpleName("OperationDefinition").or().haveSimpleName("ApiMethod").should().beEnums();

    /** The types that users of a class see: its supertypes, and those of its public and protected members. */
    private static Stream<JavaClass> published(JavaClass type) {
        Stream<JavaClass> supertypes =
                Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream());
        Stream<JavaClass> members = type.getMembers().stream()
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED))
                .flatMap(member -> member.getAllInvolvedRawTypes().stream());
        return Stream.concat(supertypes, members);
    }

    private static LayeredArchitecture layers() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : PACKAGES) {
            layers = layers.layer(ROOT + name).definedBy(ROOT + name);
        }
        for (int i = 0; i < PACKAGES.size(); i++) {
            String[] below =
                    PACKAGES.subList(i + 1, PACKAGES.size()).stream().map(name -> ROOT + name).toArray(String[]::new);
            layers = below.length == 0 ? layers.whereLayer(ROOT + PACKAGES.get(i)).mayNotAccessAnyLayer()
                    : layers.whereLayer(ROOT + PACKAGES.get(i)).mayOnlyAccessLayers(below);
        }
        return layers;
    }
}
