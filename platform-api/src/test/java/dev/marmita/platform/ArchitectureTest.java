package dev.marmita.platform;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.marmita.platform.access.Public;
import dev.marmita.platform.access.Requires;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The directions between the modules, and the habits that hold in all of them. */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.marmita");

    @Test
    void modulesKnowOnlyWhomTheyMay() {
        mayNotKnow("registry", "scheduler", "gateway", "platform", "routing", "embedded");
        mayNotKnow("scheduler", "registry", "gateway", "platform", "embedded");
        mayNotKnow("gateway", "registry", "scheduler", "platform", "embedded");
        mayNotKnow("embedded", "registry", "scheduler", "gateway", "platform", "routing");
        mayNotKnow("routing", "registry", "scheduler", "gateway", "platform", "embedded");
        mayNotKnow("platform", "runner", "documents", "cli", "benchmarks");
    }

    @Test
    void theDataPlaneHasNoSpringInIt() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.marmita.gateway..", "dev.marmita.routing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta.persistence..")
                .check(CLASSES);
    }

    @Test
    void controllersAreSpringMvcOnly() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Controller")
                .should()
                .beMetaAnnotatedWith(Controller.class)
                .orShould()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
                .check(CLASSES);
        classes()
                .that()
                .areAnnotatedWith(RestController.class)
                .should()
                .haveSimpleNameEndingWith("Controller")
                .check(CLASSES);
    }

    @Test
    void everyHandlerDeclaresItsPermission() {
        methods()
                .that()
                .areMetaAnnotatedWith(RequestMapping.class)
                .should(declareOneOf())
                .check(CLASSES);
    }

    /** The OpenAPI description names schemas so: of two with one name either might be described. */
    @Test
    void bodiesOfTheApiHaveNamesOfTheirOwn() {
        var bodies = new TreeSet<JavaClass>(Comparator.comparing(JavaClass::getName));
        CLASSES.stream()
                .filter(type -> type.isAnnotatedWith(RestController.class))
                .flatMap(type -> type.getAllMethods().stream())
                .filter(method -> method.isMetaAnnotatedWith(RequestMapping.class))
                .flatMap(
                        method ->
                                Stream.concat(
                                        Stream.of(method.getReturnType()),
                                        method.getParameterTypes().stream()))
                .forEach(type -> addBodies(type, bodies));

        assertThat(bodies).hasSizeGreaterThan(30);
        assertThat(bodies).extracting(JavaClass::getSimpleName).doesNotHaveDuplicates();
    }

    private static void addBodies(JavaType type, Set<JavaClass> bodies) {
        for (JavaClass raw : type.getAllInvolvedRawTypes()) {
            if (raw.isRecord()
                    && raw.getPackageName().startsWith("dev.marmita")
                    && bodies.add(raw)) {
                raw.getFields().forEach(field -> addBodies(field.getType(), bodies));
            }
        }
    }

    @Test
    void dependenciesComeThroughConstructors() {
        noFields()
                .should()
                .beAnnotatedWith(Autowired.class)
                .orShould()
                .beAnnotatedWith("jakarta.inject.Inject")
                .orShould()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
                .check(CLASSES);
        noFields().should().haveRawType(ThreadLocal.class).check(CLASSES);
    }

    @Test
    void entitiesStayInTheirPackage() {
        classes()
                .that()
                .areAnnotatedWith(jakarta.persistence.Entity.class)
                .should()
                .notBePublic()
                .andShould()
                .haveSimpleNameEndingWith("Entity")
                .check(CLASSES);
    }

    @Test
    void onlyTheStartKnowsWhatIsEmbedded() {
        noClasses()
                .that()
                .resideInAPackage("dev.marmita.platform..")
                .and()
                .doNotHaveSimpleName("EmbeddedParts")
                .and()
                .doNotHaveSimpleName("EmbeddedIdentity")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.marmita.embedded..")
                .check(CLASSES);
    }

    @Test
    void packagesOfThePlatformHaveNoCycles() {
        com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices()
                .matching("dev.marmita.platform.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    private static void mayNotKnow(String module, String... others) {
        String[] packages = new String[others.length];
        for (int i = 0; i < others.length; i++) {
            packages[i] = "dev.marmita." + others[i] + "..";
        }
        noClasses()
                .that()
                .resideInAPackage("dev.marmita." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(CLASSES);
    }

    private static ArchCondition<JavaMethod> declareOneOf() {
        return new ArchCondition<>("declare @Requires or @Public, not both") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean one =
                        method.isAnnotatedWith(Requires.class)
                                ^ method.isAnnotatedWith(Public.class);
                events.add(new SimpleConditionEvent(method, one, method.getFullName()));
            }
        };
    }
}
