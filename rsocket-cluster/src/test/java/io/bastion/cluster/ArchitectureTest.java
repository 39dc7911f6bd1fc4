package io.bastion.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The layers: codec and link know no others; membership stands on link, remote on both; the cluster on all. */
class ArchitectureTest {
    private static final String BASE = "io.bastion.cluster";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void linksKnowNeitherMembersNorActors() {
        layer("link", "codec", "membership", "remote", "endpoint");
        noClasses()
                .that()
                .resideInAPackage(BASE + ".link..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.bastion.actor..")
                .check(MAIN);
    }

    @Test
    void membershipStandsOnLinks() {
        layer("membership", "codec", "remote", "endpoint");
    }

    @Test
    void codecsKnowNoNetwork() {
        layer("codec", "link", "membership", "remote", "endpoint");
    }

    @Test
    void securityKnowsNoLinks() {
        layer("security", "codec", "link", "membership", "remote", "endpoint");
    }

    @Test
    void remoteReferencesKnowNoMembers() {
        layer("remote", "membership", "endpoint");
    }

    @Test
    void endpointsStandAlone() {
        layer("endpoint", "codec", "link", "membership", "remote");
    }

    @Test
    void onlyLinksAndEndpointsKnowRSocket() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + ".link..", BASE + ".endpoint..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.rsocket..")
                .check(MAIN);
    }

    @Test
    void onlyMembershipKnowsScalecube() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".membership..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.scalecube..")
                .check(MAIN);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(MAIN.stream().map(c -> c.getPackage()).distinct())
                .isNotEmpty()
                .allSatisfy(p -> assertThat(p.isAnnotatedWith(NullMarked.class))
                        .as("@NullMarked in package-info of %s", p.getName())
                        .isTrue());
    }

    private static void layer(String name, String... others) {
        for (String other : others) {
            noClasses()
                    .that()
                    .resideInAPackage(BASE + "." + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(BASE + "." + other + "..")
                    .check(MAIN);
        }
    }
}
