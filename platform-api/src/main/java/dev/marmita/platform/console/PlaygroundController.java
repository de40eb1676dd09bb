package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Public;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.console.board.Board;
import dev.marmita.platform.console.board.Reach;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployments;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Where a page is dropped and read. */
@Controller
final class PlaygroundController {

    private static final Map<String, String> SAMPLES =
            Map.of(
                    "cupom.jpg", "image/jpeg",
                    "recibo.jpg", "image/jpeg",
                    "formulario.png", "image/png");

    private final Frames frames;
    private final Board board;
    private final Deployments deployments;

    PlaygroundController(Frames frames, Board board, Deployments deployments) {
        this.frames = frames;
        this.board = board;
        this.deployments = deployments;
    }

    /** Which deployment to try. */
    @GetMapping("/console/playground")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> choose(
            @RequestParam(defaultValue = "") String q, HttpServletRequest request, Caller caller) {
        return frames.page(
                "playground-choice",
                request,
                caller,
                Map.of(
                        "q",
                        q,
                        "rows",
                        board.deployments(
                                        Reach.of(caller), new Board.Query("", q, List.of(), "", 60))
                                .items()));
    }

    @GetMapping("/console/tenants/{tenant}/deployments/{deployment}/playground")
    @Requires(Permission.READ)
    ResponseEntity<String> play(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            HttpServletRequest request,
            Caller caller) {
        var id = new EndpointId(tenant, deployment);
        var found =
                deployments
                        .get(id)
                        .orElseThrow(
                                () ->
                                        ProblemException.of(
                                                ErrorCode.NOT_FOUND,
                                                "There is no deployment '" + id + "'"));
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("deployment", found);
        parameters.put("samples", SAMPLES.keySet().stream().sorted().toList());
        return frames.page("playground", request, caller, parameters);
    }

    /** Made-up documents to try with. */
    @GetMapping("/console/samples/{name}")
    @Public
    ResponseEntity<byte[]> sample(@PathVariable String name) throws IOException {
        String type = SAMPLES.get(name);
        if (type == null) {
            throw ProblemException.of(ErrorCode.NOT_FOUND, "There is no sample of that name");
        }
        try (InputStream in =
                PlaygroundController.class.getResourceAsStream("/console/samples/" + name)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + name);
            }
            return ResponseEntity.ok()
                    .header(HttpHeaders.CONTENT_TYPE, type)
                    .cacheControl(CacheControl.maxAge(Duration.ofDays(1)))
                    .body(in.readAllBytes());
        }
    }
}
