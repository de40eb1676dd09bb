package dev.marmita.platform.console.board;

import dev.marmita.access.Action;
import dev.marmita.access.Grant;
import dev.marmita.platform.access.Caller;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody may see of deployments, as the rules of access have it, in a form that a query takes.
 *
 * @param everything of all tenants
 * @param tenants all deployments of these
 * @param endpoints these besides, as {@code tenant/deployment}
 */
public record Reach(boolean everything, List<String> tenants, List<String> endpoints) {

    public Reach {
        tenants = List.copyOf(tenants);
        endpoints = List.copyOf(endpoints);
    }

    public static Reach of(Caller caller) {
        boolean everything = false;
        List<String> tenants = new ArrayList<>();
        List<String> endpoints = new ArrayList<>();
        for (Grant grant : caller.principal().grants()) {
            if (!Action.READ.roles().contains(grant.role())) {
                continue;
            }
            if (grant.tenant().isEmpty()) {
                everything = true;
            } else if (grant.deployments().isEmpty()) {
                tenants.add(grant.tenant().get().value());
            } else {
                String tenant = grant.tenant().get().value();
                grant.deployments().forEach(name -> endpoints.add(tenant + "/" + name.value()));
            }
        }
        return new Reach(everything, tenants, endpoints);
    }
}
