package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.gateway.RouteSource;
import dev.marmita.platform.postgres.PostgresPool;
import dev.marmita.platform.postgres.PostgresRouteSource;
import dev.marmita.platform.postgres.Signals;
import dev.marmita.routing.RouteTable;
import dev.marmita.routing.TenantId;
import dev.marmita.routing.TenantLimits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(SharedPlatform.class)
class PlansTest {

    private final RunningPlatform platform;
    private final Client admin;

    PlansTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    private static Map<String, Object> plan(Object... more) {
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("modes", List.of("on-demand"));
        plan.put("nodePools", List.of("cpu"));
        plan.put("maxDeployments", 1);
        plan.put("maxReplicas", 1);
        plan.put("maxCpu", 1.5);
        plan.put("maxMemory", "2GB");
        for (int i = 0; i < more.length; i += 2) {
            plan.put((String) more[i], more[i + 1]);
        }
        return plan;
    }

    @Test
    void aPlanOverRestIsOverTheConfigurationUntilItIsTakenAway() {
        assertThat(maxDeployments("enterprise")).isEqualTo(200);
        assertThat(admin.put("/api/v1/plans/enterprise", plan("maxDeployments", 7)).status())
                .isEqualTo(200);
        assertThat(maxDeployments("enterprise")).isEqualTo(7);
        assertThat(admin.delete("/api/v1/plans/enterprise").status()).isEqualTo(204);
        assertThat(maxDeployments("enterprise")).isEqualTo(200);
        assertThat(admin.delete("/api/v1/plans/enterprise").status())
                .as("what the configuration says is taken out there")
                .isEqualTo(409);
    }

    private int maxDeployments(String name) {
        return admin.get("/api/v1/plans")
                .json()
                .get("items")
                .valueStream()
                .filter(item -> item.get("name").stringValue().equals(name))
                .map(item -> item.get("plan").get("maxDeployments").intValue())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPlanInUseStays() {
        admin.put("/api/v1/plans/p-used", plan());
        admin.post("/api/v1/tenants", Map.of("name", "p-user", "plan", "p-used"));
        assertThat(admin.delete("/api/v1/plans/p-used").status()).isEqualTo(409);
        assertThat(patch("p-user", Map.of("plan", "starter")).status()).isEqualTo(200);
        assertThat(admin.delete("/api/v1/plans/p-used").status()).isEqualTo(204);
        assertThat(patch("p-user", Map.of("plan", "p-used")).status()).isEqualTo(400);
    }

    private Client.Answer patch(String tenant, Object body) {
        return admin.send(
                "PATCH",
                "/api/v1/tenants/" + tenant,
                JsonMapper.shared().writeValueAsBytes(body),
                Map.of("Content-Type", "application/json"));
    }

    @Test
    void eachLimitHasAnErrorThatNamesIt() {
        admin.put("/api/v1/plans/p-small", plan("maxTokens", 1));
        admin.post("/api/v1/tenants", Map.of("name", "p-tokens", "plan", "p-small"));
        String path = "/api/v1/tenants/p-tokens/tokens";
        assertThat(admin.post(path, Map.of("name", "a", "scopes", List.of("read"))).status())
                .isEqualTo(201);
        var refused = admin.post(path, Map.of("name", "b", "scopes", List.of("read")));
        assertThat(refused.status()).isEqualTo(403);
        JsonNode problem = refused.json();
        assertThat(problem.get("type").stringValue()).isEqualTo("urn:marmita:error:plan-exceeded");
        assertThat(problem.get("detail").stringValue()).contains("maxTokens").contains("is 1");
    }

    @Test
    void refusesWhatIsNoPlan() {
        assertThat(admin.put("/api/v1/plans/p-bad", plan("maxMemory", "lots")).status())
                .isEqualTo(400);
        assertThat(admin.put("/api/v1/plans/p-bad", plan("requestsPerSecond", -1)).status())
                .isEqualTo(400);
        assertThat(admin.put("/api/v1/plans/p-bad", plan("modes", List.of("always"))).status())
                .isEqualTo(400);
        assertThat(admin.put("/api/v1/plans/Bad", plan()).status()).isEqualTo(400);
    }

    @Test
    void gatewaysLearnTheRatesWithinASecond() {
        admin.put("/api/v1/plans/p-fast", plan("requestsPerSecond", 2.5, "concurrentRequests", 3));
        admin.post("/api/v1/tenants", Map.of("name", "p-rates", "plan", "p-fast"));
        AtomicReference<RouteTable> table = new AtomicReference<>(RouteTable.EMPTY);
        RouteSource source =
                new PostgresRouteSource(
                        platform.bean(PostgresPool.class),
                        platform.bean(JsonMapper.class),
                        platform.bean(Signals.class));
        try (RouteSource.Subscription subscription = source.subscribe(table::set)) {
            assertThat(subscription).isNotNull();
            TenantId tenant = new TenantId("p-rates");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () ->
                                    assertThat(table.get().limits())
                                            .contains(new TenantLimits(tenant, 2.5, 3, 3)));
            admin.put("/api/v1/plans/p-fast", plan("requestsPerSecond", 5, "burst", 50));
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () ->
                                    assertThat(table.get().limits())
                                            .contains(new TenantLimits(tenant, 5, 50, 0)));
        }
    }
}
