package dev.marmita.platform.tenants;

import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.postgres.GatewayAgreement;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.platform.web.ProblemException;
import jakarta.validation.Valid;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Plans over REST. */
@RestController
@RequestMapping("/api/v1/plans")
class PlanController {

    private final PlanCatalog plans;
    private final GatewayAgreement gateways;

    PlanController(PlanCatalog plans, GatewayAgreement gateways) {
        this.plans = plans;
        this.gateways = gateways;
    }

    /**
     * @param configured whether it is as the configuration says
     */
    record PlanResponse(String name, boolean configured, PlanBody plan) {}

    @GetMapping
    @Requires(Permission.READ_REGISTRY)
    PageResponse<PlanResponse> list() {
        return new PageResponse<>(
                plans.all().entrySet().stream()
                        .map(
                                each ->
                                        new PlanResponse(
                                                each.getKey(),
                                                each.getValue().configured(),
                                                PlanBody.of(each.getValue().plan())))
                        .toList(),
                null);
    }

    /** Makes or changes a plan; its tenants have the new bounds at once, what runs goes on. */
    @PutMapping("/{name}")
    @Requires(Permission.ADMINISTER_PLATFORM)
    PlanResponse put(@PathVariable String name, @Valid @RequestBody PlanBody body) {
        if (!name.matches("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")) {
            throw ProblemException.field("name", "must be 1 to 40 of a-z, 0-9 and '-'");
        }
        Plan plan = body.plan();
        plans.put(name, plan);
        gateways.awaitAll();
        return new PlanResponse(name, false, PlanBody.of(plan));
    }

    /** Takes away what was put; a plan of the configuration is then as that says. */
    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ADMINISTER_PLATFORM)
    void remove(@PathVariable String name) {
        plans.remove(name);
        gateways.awaitAll();
    }
}
