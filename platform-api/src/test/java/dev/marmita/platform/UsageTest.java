package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@ExtendWith(SharedPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageTest {

    private static final String NOVEMBER = "?from=2026-11-01&to=2026-12-01";

    private final RunningPlatform platform;
    private final Client admin;

    UsageTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    @BeforeAll
    void rows() {
        admin.post("/api/v1/tenants", Map.of("name", "us-acme", "plan", "business"));
        span("us-1", "receipts", "cpu", 500, "2026-11-02T10:00:00Z", "2026-11-02T11:30:00Z");
        span("us-2", "receipts", "cpu", 2000, "2026-11-02T23:00:00Z", "2026-11-03T01:00:00Z");
        span("us-3", "invoices", "gpu", 1000, "2026-11-04T00:00:00Z", "2026-11-04T00:00:01Z");
    }

    private void span(
            String replica, String deployment, String pool, int cpu, String from, String to) {
        Database.of(platform)
                .sql(
                        """
                        insert into usage_span (replica, tenant, deployment, revision, node_pool,
                            cpu_millis, memory_bytes, started_at, until, is_open)
                        values (:replica, 'us-acme', :deployment, 1, :pool, :cpu, 2147483648,
                            cast(:from as timestamptz), cast(:to as timestamptz), false)
                        on conflict (replica) do nothing""")
                .param("replica", replica)
                .param("deployment", deployment)
                .param("pool", pool)
                .param("cpu", cpu)
                .param("from", from)
                .param("to", to)
                .update();
    }

    @Test
    void addsUpByDeployment() {
        JsonNode usage = admin.get("/api/v1/tenants/us-acme/usage" + NOVEMBER).json();
        assertThat(usage.get("items")).hasSize(2);
        JsonNode receipts = usage.get("items").get(1);
        assertThat(receipts.get("deployment").stringValue()).isEqualTo("receipts");
        assertThat(receipts.get("replicaSeconds").decimalValue()).isEqualByComparingTo("12600");
        assertThat(receipts.get("cpuSeconds").decimalValue()).isEqualByComparingTo("17100");
        assertThat(receipts.get("memoryGibSeconds").decimalValue()).isEqualByComparingTo("25200");
        assertThat(usage.get("total").get("replicaSeconds").decimalValue())
                .isEqualByComparingTo("12601");
        assertThat(usage.has("currency")).as("the sample plans have no prices").isFalse();
    }

    @Test
    void cutsAtMidnightOfTheZone() {
        String days = "/api/v1/tenants/us-acme/usage" + NOVEMBER + "&groupBy=day";
        assertThat(admin.get(days).json().get("items"))
                .extracting(
                        item ->
                                item.get("start").stringValue()
                                        + " "
                                        + item.get("replicaSeconds").decimalValue().intValue())
                .containsExactly(
                        "2026-11-02T00:00:00Z 9000",
                        "2026-11-03T00:00:00Z 3600",
                        "2026-11-04T00:00:00Z 1");
        assertThat(admin.get(days + "&zone=America/Sao_Paulo").json().get("items"))
                .extracting(
                        item ->
                                item.get("start").stringValue()
                                        + " "
                                        + item.get("replicaSeconds").decimalValue().intValue())
                .containsExactly("2026-11-02T03:00:00Z 12600", "2026-11-03T03:00:00Z 1");
    }

    @Test
    void isGivenAsCsvToo() {
        var answer =
                admin.send(
                        "GET",
                        "/api/v1/tenants/us-acme/usage" + NOVEMBER + "&groupBy=nodePool",
                        null,
                        Map.of("Accept", "text/csv"));
        assertThat(answer.header("Content-Type")).startsWith("text/csv");
        assertThat(answer.body())
                .isEqualTo(
                        "start,deployment,node_pool,replica_seconds,cpu_seconds,memory_gib_seconds,price,currency\r\n"
                                + ",,cpu,12600.000000,17100.000000,25200.000000,,\r\n"
                                + ",,gpu,1.000000,1.000000,2.000000,,\r\n");
    }

    @Test
    void isForBillingAndNothingElseIs() {
        Client billing =
                platform.client(
                        admin.post(
                                        "/api/v1/tenants/us-acme/tokens",
                                        Map.of("name", "books", "scopes", List.of("billing")))
                                .json()
                                .get("token")
                                .stringValue());
        assertThat(billing.get("/api/v1/tenants/us-acme/usage").status()).isEqualTo(200);
        assertThat(billing.get("/api/v1/tenants/us-acme/deployments").status()).isEqualTo(403);
        assertThat(billing.get("/api/v1/models").status()).isEqualTo(403);
    }

    @Test
    void refusesWhatMakesNoSense() {
        for (String query :
                List.of(
                        "?from=2026-11-02&to=2026-11-01",
                        "?from=yesterday",
                        "?groupBy=person",
                        "?groupBy=day,hour",
                        "?zone=Moon/Sea",
                        "?from=2026-01-01&to=2026-11-01&groupBy=hour",
                        "?from=1990-01-01&to=2026-11-01")) {
            assertThat(admin.get("/api/v1/tenants/us-acme/usage" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
    }
}
