package dev.marmita.platform.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.tenants.Prices;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.platform.usage.UsageQuery.Asked;
import dev.marmita.platform.usage.UsageReport.Line;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a tenant used over REST, as JSON and as CSV. */
@RestController
@RequestMapping("/api/v1/tenants/{tenant}/usage")
class UsageController {

    private static final String HEAD =
            "start,deployment,node_pool,replica_seconds,cpu_seconds,memory_gib_seconds,price,currency\r\n";

    private final Usage usage;
    private final TenantDirectory tenants;
    private final InstantSource clock;

    UsageController(Usage usage, TenantDirectory tenants, InstantSource clock) {
        this.usage = usage;
        this.tenants = tenants;
        this.clock = clock;
    }

    /**
     * @param currency of the prices; absent where the plan has none
     * @param total of all items
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record UsageResponse(
            TenantId tenant,
            Instant from,
            Instant to,
            String zone,
            @Nullable String currency,
            List<UsageLine> items,
            UsageLine total) {}

    /**
     * @param start of the hour, day or month, cut to the period
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record UsageLine(
            @Nullable Instant start,
            @Nullable String deployment,
            @Nullable String nodePool,
            BigDecimal replicaSeconds,
            BigDecimal cpuSeconds,
            BigDecimal memoryGibSeconds,
            @Nullable BigDecimal price) {

        static UsageLine of(Line line) {
            return new UsageLine(
                    line.start(),
                    line.deployment(),
                    line.nodePool(),
                    line.replicaSeconds(),
                    line.cpuSeconds(),
                    line.memoryGibSeconds(),
                    line.price());
        }
    }

    private record Answer(Asked asked, Optional<Prices> prices, List<Line> lines, Line total) {
        Optional<String> currency() {
            return prices.map(Prices::currency);
        }
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.READ_USAGE)
    UsageResponse json(@PathVariable TenantId tenant, UsageQuery query) {
        Answer answer = answer(tenant, query);
        return new UsageResponse(
                tenant,
                answer.asked().from(),
                answer.asked().to(),
                answer.asked().zone().getId(),
                answer.currency().orElse(null),
                answer.lines().stream().map(UsageLine::of).toList(),
                UsageLine.of(answer.total()));
    }

    /** RFC 4180; empty fields where it was not grouped by. */
    @GetMapping(produces = "text/csv")
    @Requires(Permission.READ_USAGE)
    String csv(@PathVariable TenantId tenant, UsageQuery query) {
        Answer answer = answer(tenant, query);
        StringBuilder csv = new StringBuilder(HEAD);
        for (Line line : answer.lines()) {
            StringJoiner row = new StringJoiner(",", "", "\r\n");
            row.add(text(line.start()))
                    .add(text(line.deployment()))
                    .add(text(line.nodePool()))
                    .add(line.replicaSeconds().toPlainString())
                    .add(line.cpuSeconds().toPlainString())
                    .add(line.memoryGibSeconds().toPlainString())
                    .add(line.price() == null ? "" : line.price().toPlainString())
                    .add(answer.currency().orElse(""));
            csv.append(row);
        }
        return csv.toString();
    }

    private Answer answer(TenantId tenant, UsageQuery query) {
        tenants.require(tenant);
        Asked asked = query.asked(clock.instant());
        Optional<Prices> prices =
                tenants.plan(tenant).flatMap(plan -> Optional.ofNullable(plan.prices()));
        List<Usage.Slice> slices =
                usage.slices(tenant, asked.from(), asked.to(), asked.cut(), asked.zone());
        UsageReport report = new UsageReport(asked.groups(), prices);
        return new Answer(asked, prices, report.lines(slices), report.total(slices));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
