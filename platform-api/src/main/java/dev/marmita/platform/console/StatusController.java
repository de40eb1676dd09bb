package dev.marmita.platform.console;

import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Public;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.deployments.EndpointUrls;
import dev.marmita.platform.web.Unavailable;
import dev.marmita.scheduler.Scheduler;
import dev.marmita.scheduler.compute.BackendReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** How the platform is. */
@RestController
class StatusController {

    private static final int PATIENCE_SECONDS = 2;

    private final DataSource database;
    private final Scheduler scheduler;
    private final EndpointUrls urls;
    private final Environment environment;

    StatusController(
            DataSource database, Scheduler scheduler, EndpointUrls urls, Environment environment) {
        this.database = database;
        this.scheduler = scheduler;
        this.urls = urls;
        this.environment = environment;
    }

    /**
     * @param state {@code ready}
     * @param leads whether this process is the one that schedules
     */
    record PlatformStatusResponse(
            String version,
            String role,
            String state,
            String gatewayUrl,
            boolean leads,
            CapacityResponse capacity) {}

    /**
     * @param warmRunners runners that wait for a replica to become
     * @param isolation what bounds replicas, in words
     */
    record CapacityResponse(
            int cpuMillis,
            int usedCpuMillis,
            long memoryBytes,
            long usedMemoryBytes,
            int warmRunners,
            List<String> isolation) {
        static CapacityResponse of(BackendReport report) {
            return new CapacityResponse(
                    report.cpuMillis(),
                    report.usedCpuMillis(),
                    report.memoryBytes(),
                    report.usedMemoryBytes(),
                    report.warmRunners(),
                    report.isolation());
        }
    }

    @GetMapping("/api/v1/status")
    @Requires(Permission.READ_REGISTRY)
    PlatformStatusResponse status() {
        return new PlatformStatusResponse(
                Version.text(),
                environment.getProperty("marmita.role", "all"),
                "ready",
                urls.base(),
                scheduler.leads(),
                CapacityResponse.of(scheduler.report()));
    }

    /** The process runs. */
    @GetMapping(path = "/livez", produces = MediaType.TEXT_PLAIN_VALUE)
    @Public
    String live() {
        return "ok\n";
    }

    /** Requests can be worked on: the database answers. */
    @GetMapping(path = "/readyz", produces = MediaType.TEXT_PLAIN_VALUE)
    @Public
    String ready() {
        try (Connection connection = database.getConnection()) {
            if (connection.isValid(PATIENCE_SECONDS)) {
                return "ok\n";
            }
        } catch (SQLException gone) {
            // told below
        }
        throw Unavailable.database();
    }
}
