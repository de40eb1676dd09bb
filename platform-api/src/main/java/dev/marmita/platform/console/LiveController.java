package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.console.Streams.Message;
import dev.marmita.platform.console.view.Page;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.Deployments;
import dev.marmita.scheduler.compute.ReplicaLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tools.jackson.databind.json.JsonMapper;

/** What happens to one deployment, as it happens: its state, its replicas, its log. */
@Controller
final class LiveController {

    private static final int LINES = 400;

    private final Frames frames;
    private final Deployments deployments;
    private final TenantDirectory tenants;
    private final Streams streams;
    private final JsonMapper json;

    LiveController(
            Frames frames,
            Deployments deployments,
            TenantDirectory tenants,
            Streams streams,
            JsonMapper json) {
        this.frames = frames;
        this.deployments = deployments;
        this.tenants = tenants;
        this.streams = streams;
        this.json = json;
    }

    @GetMapping("/console/tenants/{tenant}/deployments/{deployment}/live")
    @Requires(Permission.READ)
    void live(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            HttpServletRequest request,
            HttpServletResponse response,
            Caller caller)
            throws IOException {
        tenants.require(tenant);
        var watch = new Watch(new EndpointId(tenant, deployment), frames.frame(request, caller));
        streams.send(response, Duration.ofSeconds(1), watch::messages);
    }

    /** One browser's view of one deployment. */
    private final class Watch {

        private final EndpointId id;
        private final Page frame;
        private final Map<String, List<String>> logs = new HashMap<>();

        Watch(EndpointId id, Page frame) {
            this.id = id;
            this.frame = frame;
        }

        List<Message> messages() {
            Optional<Deployment> found = deployments.get(id);
            if (found.isEmpty()) {
                return List.of(new Message("gone", "gone", false));
            }
            List<Message> messages = new ArrayList<>();
            Map<String, Object> about = Map.of("deployment", found.get());
            messages.add(
                    new Message("status", frames.part("deployment-live", frame, about), false));
            messages.add(
                    new Message(
                            "events",
                            frames.part("events", frame, Map.of("events", deployments.events(id))),
                            false));
            for (ReplicaLog log : deployments.logs(id, Optional.empty(), LINES)) {
                List<String> before = logs.put(log.replica(), log.lines());
                List<String> fresh =
                        before == null ? log.lines() : LogTail.fresh(before, log.lines());
                if (!fresh.isEmpty()) {
                    Map<String, Object> lines = Map.of("replica", log.replica(), "lines", fresh);
                    messages.add(new Message("log", json.writeValueAsString(lines), true));
                }
            }
            return messages;
        }
    }
}
