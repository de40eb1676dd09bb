package dev.marmita.platform.identity;

import dev.marmita.access.Role;
import java.util.List;

/** The roles that somebody can be given in a realm for one tenant. */
final class TenantRoles {

    static final List<Role> ALL =
            List.of(Role.TENANT_ADMIN, Role.DEPLOYER, Role.VIEWER, Role.BILLING, Role.INVOKER);

    private TenantRoles() {}
}
