package dev.marmita.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.marmita.scheduler";

    private final JavaClasses classes =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    @Test
    void logicDoesNotKnowItsAdapters() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT, ROOT + ".plan", ROOT + ".spec", ROOT + ".compute")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".jpa..",
                        ROOT + ".process..",
                        ROOT + ".config..",
                        "org.springframework..",
                        "jakarta.persistence..")
                .check(classes);
    }

    @Test
    void plansArePure() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".plan")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT, "java.io..", "java.nio..", "org.slf4j..")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".plan")
                .should()
                .callMethod(Instant.class, "now")
                .check(classes);
    }

    @Test
    void theProcessBackendKnowsItsPortAlone() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".process")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT, ROOT + ".plan", ROOT + ".jpa", "org.springframework..")
                .check(classes);
    }

    @Test
    void packagesDoNotGoInCircles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
    }
}
