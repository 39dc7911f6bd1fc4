package io.bastion;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The layers: scheduler, mailbox, supervision, actor, relay, fort; each may use only what is named for it below. */
class ArchitectureTest {
    private static final String SCHEDULER = "io.bastion.scheduler..";
    private static final String MAILBOX = "io.bastion.mailbox..";
    private static final String SUPERVISION = "io.bastion.supervision..";
    private static final String ACTOR = "io.bastion.actor..";
    private static final String RELAY = "io.bastion.relay..";
    private static final String FORT = "io.bastion.fort..";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.bastion");

    @Test
    void schedulerUsesNoOtherLayer() {
        layer(SCHEDULER, MAILBOX, SUPERVISION, ACTOR, RELAY, FORT);
    }

    @Test
    void mailboxUsesOnlyTheScheduler() {
        layer(MAILBOX, SUPERVISION, ACTOR, RELAY, FORT);
    }

    @Test
    void supervisionIsPurePolicy() {
        layer(SUPERVISION, MAILBOX, ACTOR, RELAY, FORT);
    }

    @Test
    void fortAndRelayUseActorsAsAnybodyDoes() {
        layer(FORT, SCHEDULER, MAILBOX);
        layer(RELAY, SCHEDULER, MAILBOX, FORT);
        layer(ACTOR, RELAY, FORT);
    }

    @Test
    void onlyTheInterceptorsThatNeedResilience4jMentionIt() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Interceptors")
                .and()
                .doNotHaveSimpleName("RateLimitInterceptor")
                .and()
                .doNotHaveSimpleName("CircuitBreakerInterceptor")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.resilience4j..")
                .check(MAIN);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.bastion.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(MAIN.stream().map(c -> c.getPackage()).distinct())
                .isNotEmpty()
                .allSatisfy(p -> assertThat(p)
                        .as("@NullMarked in package-info of %s", p.getName())
                        .matches(ArchitectureTest::isNullMarked));
    }

    private static boolean isNullMarked(JavaPackage p) {
        return p.isAnnotatedWith(NullMarked.class);
    }

    private static void layer(String layer, String... forbidden) {
        noClasses()
                .that()
                .resideInAPackage(layer)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true)
                .check(MAIN);
    }
}
