package dev.marmita.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The data plane starts fast and knows the control plane by its contract only. */
final class ArchitectureTest {

    private final JavaClasses gateway =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.marmita.gateway");

    @Test
    void dependsOnTheContractAndLittleElse() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "dev.marmita.gateway",
                        "dev.marmita.gateway.jwt",
                        "com.nimbusds.jose..",
                        "dev.marmita.access",
                        "dev.marmita.routing",
                        "io.vertx.core..",
                        "io.netty..",
                        "io.micrometer.core.instrument..",
                        "tools.jackson..",
                        "com.fasterxml.jackson.annotation",
                        "org.slf4j",
                        "org.jspecify.annotations")
                .check(gateway);
    }

    @Test
    void whatIsPureKnowsNoSocketAndNoMeter() {
        noClasses()
                .that()
                .haveNameMatching(
                        ".*\\.(EndpointQueue|ReplicaPicker|ReplicaSlot|RouteBook|Deadlines|Address|TargetRules|BufferBudget|Waiter|Lease)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "io.micrometer..")
                .check(gateway);
    }
}
