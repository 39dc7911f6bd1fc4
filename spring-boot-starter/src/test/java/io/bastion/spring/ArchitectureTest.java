package io.bastion.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each optional dependency stands in classes that are loaded only where it is there. */
class ArchitectureTest {
    private static final String BASE = "io.bastion.spring";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void actorsNeedOnlyTheFrameworkAndPlainSpringBoot() {
        classes()
                .that()
                .resideInAPackage(BASE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        BASE,
                        "java..",
                        "io.bastion.actor..",
                        "io.bastion.mailbox..",
                        "io.bastion.supervision..",
                        "org.jspecify.annotations",
                        "org.reactivestreams",
                        "org.slf4j",
                        "org.springframework.aot..",
                        "org.springframework.beans..",
                        "org.springframework.boot",
                        "org.springframework.boot.autoconfigure..",
                        "org.springframework.boot.availability",
                        "org.springframework.boot.context..",
                        "org.springframework.boot.diagnostics",
                        "org.springframework.context..",
                        "org.springframework.core..",
                        "org.springframework.stereotype",
                        "org.springframework.util..",
                        "reactor.core..",
                        "reactor.util..")
                .check(MAIN);
    }

    /** The nested classes are conditional configurations of a dependency that its package does not ask for. */
    @ParameterizedTest
    @CsvSource({
        "io.bastion.bridge,                    webflux\\..*",
        "io.bastion.cluster,                   cluster\\..* | observability\\..*\\$OfCluster",
        "io.bastion.observability,             observability\\..*",
        "io.micrometer,                        observability\\..*",
        "io.micrometer.tracing,                observability\\..*\\$OfTracer | observability\\.BastionTracing.*",
        "io.netty,                             none",
        "io.rsocket,                           cluster\\.(BastionRSocket|Endpoint).*",
        "org.springframework.boot.actuate,     actuator\\..*",
        "org.springframework.boot.health,      actuator\\..*",
        "org.springframework.boot.rsocket,     cluster\\.(BastionRSocket|Endpoint).*",
        "org.springframework.http,             webflux\\..* | observability\\..*Observer.*",
        "org.springframework.messaging,        cluster\\.(BastionRSocket|Endpoint).*",
        "org.springframework.web,              webflux\\..* | observability\\..*Observer.*",
        "reactor.netty,                        none",
        "tools.jackson,                        observability\\..*Observer.*",
    })
    void dependency_isUsedOnlyWhereItIsAskedFor(String dependency, String users) {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.bastion\\.spring\\.(" + users.replace(" ", "") + ")")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(dependency + "..")
                .check(MAIN);
    }

    @Test
    void partsDoNotKnowEachOther() {
        slices().matching(BASE + ".(*)..").should().notDependOnEachOther().check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(MAIN.stream().map(c -> c.getPackage()).distinct())
                .hasSize(5)
                .allSatisfy(p -> assertThat(p.isAnnotatedWith(NullMarked.class))
                        .as("@NullMarked in package-info of %s", p.getName())
                        .isTrue());
    }
}
