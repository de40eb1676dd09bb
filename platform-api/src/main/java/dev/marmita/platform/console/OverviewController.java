package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.console.board.Board;
import dev.marmita.platform.console.board.History;
import dev.marmita.platform.console.board.Reach;
import dev.marmita.platform.console.view.Page;
import dev.marmita.platform.deployments.EndpointUrls;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Scheduler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tools.jackson.databind.json.JsonMapper;

/** What runs, what sleeps, what is wrong and what to do about it. */
@Controller
final class OverviewController {

    private static final List<String> WRONG = List.of("FAILED", "DEGRADED", "PENDING");

    /** A series that there is never. */
    private static final String NOTHING = "/";

    private final Frames frames;
    private final Board board;
    private final History history;
    private final Scheduler scheduler;
    private final EndpointUrls urls;
    private final Streams streams;
    private final JsonMapper json;

    OverviewController(
            Frames frames,
            Board board,
            History history,
            Scheduler scheduler,
            EndpointUrls urls,
            Streams streams,
            JsonMapper json) {
        this.frames = frames;
        this.board = board;
        this.history = history;
        this.scheduler = scheduler;
        this.urls = urls;
        this.streams = streams;
        this.json = json;
    }

    @GetMapping("/console")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> overview(HttpServletRequest request, Caller caller) {
        return frames.page("overview", request, caller, figures(caller));
    }

    @GetMapping("/console/live")
    @Requires(Permission.READ_REGISTRY)
    void live(HttpServletRequest request, HttpServletResponse response, Caller caller)
            throws IOException {
        Page frame = frames.frame(request, caller);
        streams.send(
                response,
                Duration.ofSeconds(2),
                () ->
                        List.of(
                                new Streams.Message(
                                        "overview",
                                        frames.part("overview-live", frame, figures(caller)),
                                        false)));
    }

    /** Figures over time, for plots: of all that the caller sees. */
    @GetMapping(path = "/console/series", produces = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> series(Caller caller) {
        Reach reach = Reach.of(caller);
        boolean one = reach.tenants().size() == 1 && reach.endpoints().isEmpty();
        return plot(reach.everything() ? History.ALL : one ? reach.tenants().getFirst() : NOTHING);
    }

    @GetMapping(
            path = "/console/tenants/{tenant}/deployments/{deployment}/series",
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.READ)
    ResponseEntity<String> series(
            @PathVariable TenantId tenant, @PathVariable DeploymentName deployment) {
        return plot(tenant + "/" + deployment);
    }

    private ResponseEntity<String> plot(String key) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(json.writeValueAsString(history.plot(key)));
    }

    private Map<String, Object> figures(Caller caller) {
        Reach reach = Reach.of(caller);
        Map<String, Object> figures = new HashMap<>();
        figures.put("totals", board.totals(reach));
        figures.put(
                "wrong", board.deployments(reach, new Board.Query("", "", WRONG, "", 8)).items());
        figures.put(
                "first",
                board.deployments(reach, new Board.Query("", "", List.of(), "", 1)).items());
        figures.put("events", board.events(reach, 12));
        figures.put("capacity", scheduler.report());
        figures.put("gateway", urls.base());
        return figures;
    }
}
