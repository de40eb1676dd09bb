package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Public;
import dev.marmita.platform.access.Requires;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every handler there is, against every caller who must not get through; derived from the mappings themselves. */
@ExtendWith(SharedPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DenialMatrixTest {

    private static final Set<Permission> OF_THE_PLATFORM =
            Set.of(Permission.ADMINISTER_PLATFORM, Permission.PUBLISH);
    private static final Set<Permission> OF_A_TENANT =
            Set.of(
                    Permission.ADMINISTER_TENANT,
                    Permission.DEPLOY,
                    Permission.READ,
                    Permission.READ_USAGE);

    private final RunningPlatform platform;
    private final List<Handler> handlers = new ArrayList<>();
    private Client otherTenantsAdmin;
    private Client otherDeploymentOnly;
    private Map<String, Client> scoped;

    private record Handler(
            String method, String path, Requires requires, boolean open, String name) {
        String call() {
            return path.replace("{tenant}", "d-mine")
                    .replace("{deployment}", "receipts")
                    .replace("{id}", "00000000-0000-0000-0000-000000000000")
                    .replace("{version}", "1")
                    .replace("{revision}", "1")
                    .replaceAll("\\{\\w+}", "some-name");
        }
    }

    DenialMatrixTest(RunningPlatform platform) {
        this.platform = platform;
    }

    @BeforeAll
    void prepare() {
        Client admin = platform.admin();
        admin.post("/api/v1/tenants", Map.of("name", "d-mine"));
        admin.post("/api/v1/tenants", Map.of("name", "d-other"));
        otherTenantsAdmin = token("d-other", List.of("admin", "invoke"), List.of());
        otherDeploymentOnly = token("d-mine", List.of("deploy"), List.of("invoices"));
        scoped =
                Map.of(
                        "invoke", token("d-mine", List.of("invoke"), List.of()),
                        "billing", token("d-mine", List.of("billing"), List.of()),
                        "read", token("d-mine", List.of("read"), List.of()),
                        "deploy", token("d-mine", List.of("deploy"), List.of()),
                        "admin", token("d-mine", List.of("admin"), List.of()));
        platform.context()
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach(this::add);
    }

    @Test
    void everyHandlerDeclaresWhoMayCallIt() {
        assertThat(handlers).hasSizeGreaterThan(40);
        assertThat(handlers)
                .allSatisfy(
                        handler ->
                                assertThat(handler.open() ^ handler.requires() != null)
                                        .as(handler.name())
                                        .isTrue());
    }

    @Test
    void onlyHarmlessHandlersArePublic() {
        assertThat(handlers.stream().filter(Handler::open).map(Handler::path))
                .containsExactlyInAnyOrder(
                        "/",
                        "/console/assets/{version}/{name}",
                        "/console/samples/{name}",
                        "/console/sign-in",
                        "/console/sign-in",
                        "/console/sign-out",
                        "/sign-in/{issuer}",
                        "/sign-in/{issuer}/back",
                        "/livez",
                        "/readyz",
                        "/api/v1/openapi.json",
                        "/api/v1/schemas/deployment.json");
    }

    @TestFactory
    Stream<DynamicTest> withoutATokenNobodyGetsThrough() {
        return guarded().map(h -> test(h, "no token", platform.anonymous(), 401));
    }

    @TestFactory
    Stream<DynamicTest> withAWrongTokenNobodyGetsThrough() {
        return guarded()
                .map(
                        h ->
                                test(
                                        h,
                                        "wrong token",
                                        platform.client("mmt_AAAAAAAA_" + "B".repeat(38)),
                                        401));
    }

    @TestFactory
    Stream<DynamicTest> toAnotherTenantItDoesNotExist() {
        return guarded()
                .filter(h -> OF_A_TENANT.contains(h.requires().value()))
                .map(h -> test(h, "other tenant's admin", otherTenantsAdmin, 404));
    }

    @TestFactory
    Stream<DynamicTest> whatBelongsToThePlatformIsForbiddenToTenants() {
        return guarded()
                .filter(h -> OF_THE_PLATFORM.contains(h.requires().value()))
                .map(h -> test(h, "tenant's admin", client("admin"), 403));
    }

    @TestFactory
    Stream<DynamicTest> aLesserScopeIsForbidden() {
        return guarded()
                .flatMap(
                        h ->
                                tooLittleFor(h.requires().value()).stream()
                                        .map(
                                                scope ->
                                                        test(
                                                                h,
                                                                "scope " + scope,
                                                                client(scope),
                                                                403)));
    }

    @TestFactory
    Stream<DynamicTest> toATokenOfOneDeploymentTheOthersDoNotExist() {
        return guarded()
                .filter(h -> h.path().contains("{deployment}"))
                .map(h -> test(h, "token of another deployment", otherDeploymentOnly, 404));
    }

    @TestFactory
    Stream<DynamicTest> managementIsThePlatformsOwn() {
        return Stream.of("health", "info", "metrics", "prometheus", "env")
                .flatMap(
                        name ->
                                Stream.of(
                                        DynamicTest.dynamicTest(
                                                name + " without token",
                                                () ->
                                                        assertThat(
                                                                        platform.anonymous()
                                                                                .get(
                                                                                        "/actuator/"
                                                                                                + name)
                                                                                .status())
                                                                .isEqualTo(401)),
                                        DynamicTest.dynamicTest(
                                                name + " for a tenant",
                                                () ->
                                                        assertThat(
                                                                        client("admin")
                                                                                .get(
                                                                                        "/actuator/"
                                                                                                + name)
                                                                                .status())
                                                                .isEqualTo(403))));
    }

    @Test
    void theAdministratorSeesMetrics() {
        assertThat(platform.admin().get("/actuator/prometheus").body()).contains("jvm_memory");
    }

    private static List<String> tooLittleFor(Permission permission) {
        return switch (permission) {
            case ADMINISTER_PLATFORM, PUBLISH ->
                    List.of("invoke", "billing", "read", "deploy", "admin");
            case ADMINISTER_TENANT -> List.of("invoke", "billing", "read", "deploy");
            case DEPLOY -> List.of("invoke", "billing", "read");
            case READ, READ_REGISTRY -> List.of("invoke", "billing");
            case READ_USAGE -> List.of("invoke");
        };
    }

    private Stream<Handler> guarded() {
        return handlers.stream().filter(h -> !h.open());
    }

    private DynamicTest test(Handler handler, String who, Client caller, int expected) {
        return DynamicTest.dynamicTest(
                handler.method() + " " + handler.path() + ", " + who,
                () -> {
                    byte[] body =
                            Set.of("POST", "PUT", "PATCH").contains(handler.method())
                                    ? "{}".getBytes()
                                    : null;
                    boolean chunk = handler.path().equals("/api/v1/uploads/{id}");
                    var answer =
                            caller.send(
                                    handler.method(),
                                    handler.call(),
                                    body,
                                    chunk
                                            ? Map.of("Content-Type", "application/octet-stream")
                                            : Map.of());
                    assertThat(answer.status()).as(answer.body()).isEqualTo(expected);
                    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                });
    }

    private Client client(String scope) {
        return scoped.get(scope);
    }

    private Client token(String tenant, List<String> scopes, List<String> deployments) {
        var answer =
                platform.admin()
                        .post(
                                "/api/v1/tenants/" + tenant + "/tokens",
                                Map.of("name", "x", "scopes", scopes, "deployments", deployments));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return platform.client(answer.json().get("token").stringValue());
    }

    private void add(RequestMappingInfo info, HandlerMethod method) {
        if (info.getPatternValues().contains("/error")
                || method.getBeanType().getName().startsWith("org.springdoc.")) {
            // the first is reached by the server's own dispatch only, the second is there in tests
            // only
            return;
        }
        for (String path : info.getPatternValues()) {
            for (var verb : info.getMethodsCondition().getMethods()) {
                handlers.add(
                        new Handler(
                                verb.name(),
                                path,
                                method.getMethodAnnotation(Requires.class),
                                method.hasMethodAnnotation(Public.class),
                                method.toString()));
            }
        }
    }
}
