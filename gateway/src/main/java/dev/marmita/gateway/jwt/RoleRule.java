package dev.marmita.gateway.jwt;

import dev.marmita.access.Grant;
import dev.marmita.access.Role;
import dev.marmita.routing.TenantId;
import java.util.Optional;
import java.util.Set;

/**
 * Members of a group hold a role.
 *
 * @param group {@code /marmita/admins}; or with {@code {tenant}} in it, {@code /marmita/{tenant}/admins}: the role is
 *     held in that tenant
 */
public record RoleRule(Role role, String group) {

    public RoleRule {
        group = GroupNames.normal(group);
        if (role == Role.PLATFORM_ADMIN && group.contains(IssuerSettings.TENANT)) {
            throw new IllegalArgumentException(
                    "platform-admin is held on the platform, not in a tenant: '" + group + "'");
        }
    }

    boolean ofPlatform() {
        return role == Role.PLATFORM_ADMIN;
    }

    /**
     * @param home the only tenant that roles may be held in; empty: all
     */
    void addTo(Set<Grant> grants, Set<String> groups, Optional<TenantId> home) {
        int at = group.indexOf(IssuerSettings.TENANT);
        if (at < 0) {
            if (groups.contains(group)) {
                if (home.isEmpty()) {
                    grants.add(Grant.onPlatform(role));
                } else if (!ofPlatform()) {
                    grants.add(Grant.in(home.get(), role));
                }
            }
            return;
        }
        String head = group.substring(0, at);
        String tail = group.substring(at + IssuerSettings.TENANT.length());
        for (String each : groups) {
            TenantPattern.between(head, tail, each)
                    .filter(tenant -> home.isEmpty() || home.get().equals(tenant))
                    .ifPresent(tenant -> grants.add(Grant.in(tenant, role)));
        }
    }
}
