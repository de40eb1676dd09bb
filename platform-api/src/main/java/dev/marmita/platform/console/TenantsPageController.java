package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.console.board.Board;
import dev.marmita.platform.console.board.Reach;
import dev.marmita.platform.console.view.Page;
import dev.marmita.platform.tenants.AccessProperties;
import dev.marmita.platform.tenants.Plan;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Usage;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Tenants with their plans, tokens and use. */
@Controller
final class TenantsPageController {

    private static final int PAGE = 40;

    private final Frames frames;
    private final Board board;
    private final AccessProperties access;
    private final Usage usage;
    private final InstantSource clock;

    TenantsPageController(
            Frames frames, Board board, AccessProperties access, Usage usage, InstantSource clock) {
        this.frames = frames;
        this.board = board;
        this.access = access;
        this.usage = usage;
        this.clock = clock;
    }

    @GetMapping("/console/tenants")
    @Requires(Permission.ADMINISTER_PLATFORM)
    ResponseEntity<String> list(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request,
            Caller caller) {
        boolean rows = request.getHeader("HX-Request") != null;
        return frames.page(
                rows ? "tenants-rows" : "tenants",
                request,
                caller,
                Map.of(
                        "q",
                        q,
                        "listed",
                        board.tenants(q, after, PAGE),
                        "plans",
                        new TreeMap<>(access.plans())));
    }

    @GetMapping("/console/tenants/{tenant}")
    @Requires(Permission.READ)
    ResponseEntity<String> tenant(
            @PathVariable TenantId tenant, HttpServletRequest request, Caller caller) {
        var found =
                board.tenant(tenant.value())
                        .orElseThrow(
                                () ->
                                        ProblemException.of(
                                                ErrorCode.NOT_FOUND,
                                                "There is no tenant '" + tenant + "'"));
        Page frame = frames.frame(request, caller);
        boolean administers = frame.may(Permission.ADMINISTER_TENANT, tenant.value());
        Instant now = clock.instant();
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tenant", found);
        parameters.put("plan", Optional.<Plan>ofNullable(access.plans().get(found.plan())));
        parameters.put(
                "deployments",
                board.deployments(
                                Reach.of(caller),
                                new Board.Query(tenant.value(), "", List.of(), "", 100))
                        .items());
        parameters.put("tokens", administers ? board.tokens(tenant.value()) : List.of());
        parameters.put("usage", usage.totals(tenant, now.minus(Duration.ofDays(30)), now));
        return frames.page("tenant", request, caller, parameters);
    }

    /** Everybody's. */
    @GetMapping("/console/audit")
    @Requires(Permission.ADMINISTER_PLATFORM)
    ResponseEntity<String> audit(HttpServletRequest request, Caller caller) {
        return frames.page("audit", request, caller, Map.of("api", "/api/v1/audit", "tenant", ""));
    }

    @GetMapping("/console/tenants/{tenant}/audit")
    @Requires(Permission.ADMINISTER_TENANT)
    ResponseEntity<String> audit(
            @PathVariable TenantId tenant, HttpServletRequest request, Caller caller) {
        return frames.page(
                "audit",
                request,
                caller,
                Map.of("api", "/api/v1/tenants/" + tenant + "/audit", "tenant", tenant.value()));
    }
}
