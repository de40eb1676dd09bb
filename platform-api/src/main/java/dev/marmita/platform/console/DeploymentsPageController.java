package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.console.board.Board;
import dev.marmita.platform.console.board.Reach;
import dev.marmita.platform.console.view.Page;
import dev.marmita.platform.deployments.EndpointUrls;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.Deployments;
import dev.marmita.scheduler.spec.SpecJson;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Deployments: the list, one of them, its form, its revisions. */
@Controller
final class DeploymentsPageController {

    private static final int PAGE = 40;

    private final Frames frames;
    private final Board board;
    private final Deployments deployments;
    private final TenantDirectory tenants;
    private final EndpointUrls urls;
    private final FormCatalog catalog;

    DeploymentsPageController(
            Frames frames,
            Board board,
            Deployments deployments,
            TenantDirectory tenants,
            EndpointUrls urls,
            FormCatalog catalog) {
        this.frames = frames;
        this.board = board;
        this.deployments = deployments;
        this.tenants = tenants;
        this.urls = urls;
        this.catalog = catalog;
    }

    /** With {@code HX-Request} only the rows, for search while typing and for more of them. */
    @GetMapping("/console/deployments")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> list(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String phase,
            @RequestParam(defaultValue = "") String tenant,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request,
            Caller caller) {
        Reach reach = Reach.of(caller);
        List<String> phases =
                phase.isEmpty() ? List.of() : List.of(phase.toUpperCase(Locale.ROOT).split(","));
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("q", q);
        parameters.put("phase", phase);
        parameters.put("tenant", tenant);
        parameters.put("after", after);
        parameters.put(
                "listed",
                board.deployments(reach, new Board.Query(tenant, q, phases, after, PAGE)));
        if (request.getHeader("HX-Request") != null) {
            return frames.page("deployments-rows", request, caller, parameters);
        }
        parameters.put("totals", board.totals(reach));
        return frames.page("deployments", request, caller, parameters);
    }

    @GetMapping("/console/deployments/new")
    @Requires(Permission.READ_REGISTRY)
    ResponseEntity<String> form(
            @RequestParam(defaultValue = "") String tenant,
            HttpServletRequest request,
            Caller caller) {
        Page frame = frames.frame(request, caller);
        List<String> names =
                frame.operator()
                        ? board.tenants("", "", 500).items().stream()
                                .filter(t -> !t.deleting())
                                .map(t -> t.name())
                                .toList()
                        : frame.tenants();
        return frames.page(
                "deployment-form",
                request,
                caller,
                Map.of(
                        "tenants",
                        names,
                        "tenant",
                        tenant.isEmpty() && names.size() == 1 ? names.getFirst() : tenant,
                        "name",
                        "",
                        "generation",
                        0L,
                        "spec",
                        "",
                        "catalog",
                        catalog.json()));
    }

    @GetMapping("/console/tenants/{tenant}/deployments/{deployment}/edit")
    @Requires(Permission.DEPLOY)
    ResponseEntity<String> edit(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            HttpServletRequest request,
            Caller caller) {
        Deployment found = require(tenant, deployment);
        return frames.page(
                "deployment-form",
                request,
                caller,
                Map.of(
                        "tenants", List.of(tenant.value()),
                        "tenant", tenant.value(),
                        "name", deployment.value(),
                        "generation", found.generation(),
                        "spec", SpecJson.write(found.spec()),
                        "catalog", catalog.json()));
    }

    @GetMapping("/console/tenants/{tenant}/deployments/{deployment}")
    @Requires(Permission.READ)
    ResponseEntity<String> deployment(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            HttpServletRequest request,
            Caller caller) {
        Deployment found = require(tenant, deployment);
        EndpointId id = found.endpoint();
        return frames.page(
                "deployment",
                request,
                caller,
                Map.of(
                        "deployment", found,
                        "url", urls.of(id),
                        "events", deployments.events(id),
                        "revisions", deployments.revisions(id, 30, Optional.empty()).items()));
    }

    /** What {@code to} has that {@code from} has not, as a table. */
    @GetMapping("/console/tenants/{tenant}/deployments/{deployment}/diff")
    @Requires(Permission.READ)
    ResponseEntity<String> diff(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            @RequestParam long from,
            @RequestParam long to,
            HttpServletRequest request,
            Caller caller) {
        EndpointId id = require(tenant, deployment).endpoint();
        return frames.page(
                "diff",
                request,
                caller,
                Map.of("from", from, "to", to, "changes", deployments.diff(id, from, to)));
    }

    private Deployment require(TenantId tenant, DeploymentName deployment) {
        tenants.require(tenant);
        var id = new EndpointId(tenant, deployment);
        return deployments
                .get(id)
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        ErrorCode.NOT_FOUND,
                                        "There is no deployment '" + id + "'"));
    }
}
